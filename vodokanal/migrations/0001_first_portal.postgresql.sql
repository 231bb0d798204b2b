CREATE TABLE "district" ("id" SERIAL NOT NULL PRIMARY KEY,
  "name" VARCHAR(100) NOT NULL,
  "telephone" VARCHAR(40) NOT NULL,
  "duty_telephone" VARCHAR(40) NOT NULL);

CREATE UNIQUE INDEX "district_name" ON "district" ("name");

CREATE TABLE "house" ("id" SERIAL NOT NULL PRIMARY KEY,
  "district_id" INTEGER NOT NULL,
  "settlement" VARCHAR(100) NOT NULL,
  "street" VARCHAR(150) NOT NULL,
  "number" VARCHAR(20) NOT NULL,
  "letter" VARCHAR(5) NOT NULL,
  "building" VARCHAR(20) NOT NULL,
  "gis_guid" VARCHAR(40),
  "sort_key" VARCHAR(300) NOT NULL,
  "search_text" TEXT NOT NULL,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "house_settlement_street_number_letter_building" ON "house" ("settlement", "street", "number", "letter", "building");

CREATE INDEX "house_sort_key" ON "house" ("sort_key");

CREATE INDEX "house_district_id_sort_key" ON "house" ("district_id", "sort_key");

CREATE TABLE "premises" ("id" SERIAL NOT NULL PRIMARY KEY,
  "house_id" INTEGER NOT NULL,
  "flat" VARCHAR(20) NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "gis_guid" VARCHAR(40),
  "sort_key" VARCHAR(60) NOT NULL,
  FOREIGN KEY ("house_id") REFERENCES "house" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('flat', 'private_house', 'room', 'non_residential')));

CREATE INDEX "premises_house_id" ON "premises" ("house_id");

CREATE UNIQUE INDEX "premises_house_id_flat" ON "premises" ("house_id", "flat");

CREATE INDEX "premises_house_id_sort_key" ON "premises" ("house_id", "sort_key");

CREATE TABLE "norm_category" ("id" SERIAL NOT NULL PRIMARY KEY,
  "name" VARCHAR(200) NOT NULL);

CREATE UNIQUE INDEX "norm_category_name" ON "norm_category" ("name");

CREATE TABLE "premises_norm" ("id" SERIAL NOT NULL PRIMARY KEY,
  "premises_id" INTEGER NOT NULL,
  "category_id" INTEGER NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("premises_id") REFERENCES "premises" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("category_id") REFERENCES "norm_category" ("id") ON DELETE RESTRICT,
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "premises_norm_premises_id" ON "premises_norm" ("premises_id");

CREATE INDEX "premises_norm_category_id" ON "premises_norm" ("category_id");

CREATE UNIQUE INDEX "premises_norm_premises_id_starts_on" ON "premises_norm" ("premises_id", "starts_on");

CREATE TABLE "meter_possibility" ("id" SERIAL NOT NULL PRIMARY KEY,
  "premises_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "possible" BOOLEAN NOT NULL,
  "act_number" VARCHAR(60) NOT NULL,
  "act_on" DATE,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("premises_id") REFERENCES "premises" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('cold', 'hot')),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on),
  CHECK (possible OR act_number <> ''));

CREATE INDEX "meter_possibility_premises_id" ON "meter_possibility" ("premises_id");

CREATE UNIQUE INDEX "meter_possibility_premises_id_kind_starts_on" ON "meter_possibility" ("premises_id", "kind", "starts_on");

CREATE TABLE "premises_quantity" ("id" SERIAL NOT NULL PRIMARY KEY,
  "premises_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "what" VARCHAR(60) NOT NULL,
  "quantity" BIGINT NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("premises_id") REFERENCES "premises" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('garden', 'livestock')),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on),
  CHECK (quantity >= 0));

CREATE INDEX "premises_quantity_premises_id" ON "premises_quantity" ("premises_id");

CREATE UNIQUE INDEX "premises_quantity_premises_id_kind_what_starts_on" ON "premises_quantity" ("premises_id", "kind", "what", "starts_on");

CREATE TABLE "account" ("id" SERIAL NOT NULL PRIMARY KEY,
  "number" VARCHAR(20) NOT NULL,
  "number_key" VARCHAR(20) NOT NULL,
  "premises_id" INTEGER NOT NULL,
  "customer_group" VARCHAR(20) NOT NULL,
  "contract_number" VARCHAR(60) NOT NULL,
  "contract_on" DATE,
  "opened_on" DATE NOT NULL,
  "closed_on" DATE,
  "receipt_delivery" VARCHAR(20) NOT NULL,
  "large_print" BOOLEAN NOT NULL,
  "gis_account_id" VARCHAR(40),
  "gis_service_id" VARCHAR(40),
  FOREIGN KEY ("premises_id") REFERENCES "premises" ("id") ON DELETE RESTRICT,
  CHECK (customer_group IN ('population', 'organisation', 'budget')),
  CHECK (receipt_delivery IN ('paper', 'email', 'both')),
  CHECK (closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on));

CREATE UNIQUE INDEX "account_number_key" ON "account" ("number_key");

CREATE INDEX "account_premises_id" ON "account" ("premises_id");

CREATE INDEX "account_opened_on" ON "account" ("opened_on");

CREATE INDEX "account_closed_on" ON "account" ("closed_on");

CREATE INDEX "account_number" ON "account" ("number");

CREATE TABLE "account_service" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "service" VARCHAR(20) NOT NULL,
  "charging" VARCHAR(20) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK (charging IN ('charged', 'counted')),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "account_service_account_id" ON "account_service" ("account_id");

CREATE UNIQUE INDEX "account_service_account_id_service_starts_on" ON "account_service" ("account_id", "service", "starts_on");

CREATE TABLE "holder" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "name" VARCHAR(200) NOT NULL,
  "inn" VARCHAR(12) NOT NULL,
  "kpp" VARCHAR(9) NOT NULL,
  "telephone" VARCHAR(40) NOT NULL,
  "telephone_key" VARCHAR(15) NOT NULL,
  "telephone_backwards" VARCHAR(15) NOT NULL,
  "email" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  "search_text" TEXT NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('person', 'organisation')),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "holder_account_id" ON "holder" ("account_id");

CREATE INDEX "holder_telephone_key" ON "holder" ("telephone_key");

CREATE INDEX "holder_telephone_backwards" ON "holder" ("telephone_backwards");

CREATE INDEX "holder_starts_on" ON "holder" ("starts_on");

CREATE INDEX "holder_ends_on" ON "holder" ("ends_on");

CREATE INDEX "holder_search_text" ON "holder" ("search_text");

CREATE INDEX "holder_account_id_starts_on" ON "holder" ("account_id", "starts_on");

CREATE INDEX "holder_organisations" ON "holder" ("search_text") WHERE kind <> 'person';

CREATE TABLE "occupancy" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "registered" INTEGER NOT NULL,
  "owners" INTEGER NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (registered >= 0 AND registered <= 1000),
  CHECK (owners >= 0 AND owners <= 1000),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "occupancy_account_id" ON "occupancy" ("account_id");

CREATE UNIQUE INDEX "occupancy_account_id_starts_on" ON "occupancy" ("account_id", "starts_on");

CREATE TABLE "employee" ("id" SERIAL NOT NULL PRIMARY KEY,
  "login" VARCHAR(60) NOT NULL,
  "name" VARCHAR(200) NOT NULL,
  "position" VARCHAR(100) NOT NULL,
  "email" VARCHAR(200) NOT NULL,
  "password_hash" VARCHAR(200) NOT NULL,
  "must_change_password" BOOLEAN NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "disabled_at" TIMESTAMP,
  "search_text" TEXT NOT NULL);

CREATE UNIQUE INDEX "employee_login" ON "employee" ("login");

CREATE TABLE "role" ("id" SERIAL NOT NULL PRIMARY KEY,
  "code" VARCHAR(40) NOT NULL,
  "name" VARCHAR(100) NOT NULL);

CREATE UNIQUE INDEX "role_code" ON "role" ("code");

CREATE TABLE "role_permission" ("id" SERIAL NOT NULL PRIMARY KEY,
  "role_id" INTEGER NOT NULL,
  "permission" VARCHAR(60) NOT NULL,
  FOREIGN KEY ("role_id") REFERENCES "role" ("id") ON DELETE RESTRICT);

CREATE INDEX "role_permission_role_id" ON "role_permission" ("role_id");

CREATE UNIQUE INDEX "role_permission_role_id_permission" ON "role_permission" ("role_id", "permission");

CREATE TABLE "employee_role" ("id" SERIAL NOT NULL PRIMARY KEY,
  "employee_id" INTEGER NOT NULL,
  "role_id" INTEGER NOT NULL,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("role_id") REFERENCES "role" ("id") ON DELETE RESTRICT);

CREATE INDEX "employee_role_employee_id" ON "employee_role" ("employee_id");

CREATE INDEX "employee_role_role_id" ON "employee_role" ("role_id");

CREATE UNIQUE INDEX "employee_role_employee_id_role_id" ON "employee_role" ("employee_id", "role_id");

CREATE TABLE "resident" ("id" SERIAL NOT NULL PRIMARY KEY,
  "login" VARCHAR(60) NOT NULL,
  "name" VARCHAR(200) NOT NULL,
  "telephone" VARCHAR(40) NOT NULL,
  "telephone_key" VARCHAR(15) NOT NULL,
  "email" VARCHAR(200),
  "email_confirmed_at" TIMESTAMP,
  "language" VARCHAR(10) NOT NULL,
  "password_hash" VARCHAR(200) NOT NULL,
  "must_change_password" BOOLEAN NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "disabled_at" TIMESTAMP,
  "search_text" TEXT NOT NULL);

CREATE UNIQUE INDEX "resident_login" ON "resident" ("login");

CREATE INDEX "resident_telephone_key" ON "resident" ("telephone_key");

CREATE INDEX "resident_email" ON "resident" ("email");

CREATE INDEX "resident_disabled_at" ON "resident" ("disabled_at");

CREATE INDEX "resident_search_text" ON "resident" ("search_text");

CREATE TABLE "account_access" ("id" SERIAL NOT NULL PRIMARY KEY,
  "resident_id" INTEGER NOT NULL,
  "account_id" INTEGER NOT NULL,
  "relation" VARCHAR(20) NOT NULL,
  "granted_at" TIMESTAMP NOT NULL,
  "granted_by_id" INTEGER,
  "revoked_at" TIMESTAMP,
  FOREIGN KEY ("resident_id") REFERENCES "resident" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("granted_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (relation IN ('owner', 'registered', 'trusted')));

CREATE INDEX "account_access_resident_id" ON "account_access" ("resident_id");

CREATE INDEX "account_access_account_id" ON "account_access" ("account_id");

CREATE INDEX "account_access_granted_by_id" ON "account_access" ("granted_by_id");

CREATE UNIQUE INDEX "account_access_once" ON "account_access" ("resident_id", "account_id") WHERE revoked_at IS NULL;

CREATE TABLE "account_note" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "words" VARCHAR(500) NOT NULL,
  "employee_id" INTEGER,
  "written_at" TIMESTAMP NOT NULL,
  "removed_at" TIMESTAMP,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (words <> ''));

CREATE INDEX "account_note_account_id" ON "account_note" ("account_id");

CREATE UNIQUE INDEX "account_note_once" ON "account_note" ("account_id") WHERE removed_at IS NULL;

CREATE TABLE "account_change" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "changed_on" DATE NOT NULL,
  "period" INTEGER NOT NULL,
  "reason" VARCHAR(20),
  "paper" VARCHAR(200) NOT NULL,
  "steps" TEXT NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('meter', 'opened', 'closed', 'residents', 'services')),
  CHECK (reason IN ('failed', 'verification', 'wish', 'demolished', 'merged', 'disconnected', 'mistake')));

CREATE INDEX "account_change_account_id" ON "account_change" ("account_id");

CREATE TABLE "card_opening" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER,
  "employee_id" INTEGER NOT NULL,
  "opened_at" TIMESTAMP NOT NULL,
  "came_from" VARCHAR(20) NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE SET NULL,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (came_from IN ('search', 'list', 'direct')));

CREATE INDEX "card_opening_opened_at" ON "card_opening" ("opened_at");

CREATE INDEX "card_opening_account_id_opened_at" ON "card_opening" ("account_id", "opened_at");

CREATE INDEX "card_opening_employee_id_opened_at" ON "card_opening" ("employee_id", "opened_at");

CREATE TABLE "look" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "employee_id" INTEGER NOT NULL,
  "sign_in_id" INTEGER NOT NULL,
  "reason" VARCHAR(20) NOT NULL,
  "began_at" TIMESTAMP NOT NULL,
  "ends_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE CASCADE,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (reason IN ('called', 'came', 'check')));

CREATE INDEX "look_account_id" ON "look" ("account_id");

CREATE INDEX "look_employee_id" ON "look" ("employee_id");

CREATE TABLE "sign_in" ("id" SERIAL NOT NULL PRIMARY KEY,
  "token_hash" VARCHAR(64) NOT NULL,
  "resident_id" INTEGER,
  "employee_id" INTEGER,
  "device" VARCHAR(200) NOT NULL,
  "remembered" BOOLEAN NOT NULL,
  "started_at" TIMESTAMP NOT NULL,
  "last_seen_at" TIMESTAMP NOT NULL,
  "ended_at" TIMESTAMP,
  FOREIGN KEY ("resident_id") REFERENCES "resident" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK ((resident_id IS NULL) <> (employee_id IS NULL)));

CREATE UNIQUE INDEX "sign_in_token_hash" ON "sign_in" ("token_hash");

CREATE INDEX "sign_in_resident_id" ON "sign_in" ("resident_id");

CREATE INDEX "sign_in_employee_id" ON "sign_in" ("employee_id");

CREATE INDEX "sign_in_last_seen_at" ON "sign_in" ("last_seen_at");

CREATE TABLE "submission_key" ("id" SERIAL NOT NULL PRIMARY KEY,
  "actor" VARCHAR(40) NOT NULL,
  "key" VARCHAR(64) NOT NULL,
  "body_hash" VARCHAR(64) NOT NULL,
  "answer" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL);

CREATE INDEX "submission_key_created_at" ON "submission_key" ("created_at");

CREATE UNIQUE INDEX "submission_key_actor_key" ON "submission_key" ("actor", "key");

CREATE TABLE "meter" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER,
  "house_id" INTEGER,
  "kind" VARCHAR(20) NOT NULL,
  "serial" VARCHAR(40) NOT NULL,
  "model" VARCHAR(100) NOT NULL,
  "place" VARCHAR(100) NOT NULL,
  "nickname" VARCHAR(60) NOT NULL,
  "digits_before" INTEGER NOT NULL,
  "digits_after" INTEGER NOT NULL,
  "installed_on" DATE NOT NULL,
  "commissioned_on" DATE,
  "verified_on" DATE,
  "verify_by" DATE,
  "service_life_until" DATE,
  "seal_number" VARCHAR(60) NOT NULL,
  "gis_number" VARCHAR(40),
  "initial_reading" BIGINT NOT NULL,
  "removed_on" DATE,
  "final_reading" BIGINT,
  "replaced_by_id" INTEGER,
  "failed_on" DATE,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("house_id") REFERENCES "house" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("replaced_by_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('cold', 'hot')),
  CHECK ((account_id IS NULL) <> (house_id IS NULL)),
  CHECK (digits_before BETWEEN 3 AND 9),
  CHECK (digits_after BETWEEN 0 AND 4),
  CHECK (initial_reading >= 0),
  CHECK (final_reading IS NULL OR final_reading >= 0),
  CHECK (commissioned_on IS NULL OR installed_on IS NULL OR commissioned_on >= installed_on),
  CHECK (removed_on IS NULL OR installed_on IS NULL OR removed_on >= installed_on),
  CHECK (verify_by IS NULL OR verified_on IS NULL OR verify_by >= verified_on));

CREATE INDEX "meter_account_id" ON "meter" ("account_id");

CREATE INDEX "meter_house_id" ON "meter" ("house_id");

CREATE INDEX "meter_serial" ON "meter" ("serial");

CREATE INDEX "meter_installed_on" ON "meter" ("installed_on");

CREATE INDEX "meter_verify_by" ON "meter" ("verify_by");

CREATE INDEX "meter_removed_on" ON "meter" ("removed_on");

CREATE INDEX "meter_replaced_by_id" ON "meter" ("replaced_by_id");

CREATE INDEX "meter_failed_on" ON "meter" ("failed_on");

CREATE TABLE "submission" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "received_at" TIMESTAMP NOT NULL,
  "code" VARCHAR(12) NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "submission_code" ON "submission" ("code");

CREATE INDEX "submission_account_id_period" ON "submission" ("account_id", "period");

CREATE TABLE "reading" ("id" SERIAL NOT NULL PRIMARY KEY,
  "submission_id" INTEGER NOT NULL,
  "meter_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "value" BIGINT NOT NULL,
  "taken_on" DATE NOT NULL,
  "received_at" TIMESTAMP NOT NULL,
  "source" VARCHAR(20) NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "findings" TEXT NOT NULL,
  "resident_id" INTEGER,
  "employee_id" INTEGER,
  FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("resident_id") REFERENCES "resident" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (source IN ('resident', 'telephone', 'office', 'visit', 'import', 'token', 'sheet', 'paper', 'calculated')),
  CHECK (state IN ('accepted', 'asked', 'held', 'recorded', 'replaced', 'refused')),
  CHECK (value >= 0),
  CHECK (resident_id IS NULL OR employee_id IS NULL));

CREATE INDEX "reading_submission_id" ON "reading" ("submission_id");

CREATE INDEX "reading_meter_id_period" ON "reading" ("meter_id", "period");

CREATE INDEX "reading_period_id" ON "reading" ("period", "id");

CREATE UNIQUE INDEX "reading_counts_once" ON "reading" ("meter_id", "period") WHERE state NOT IN ('replaced', 'refused');

CREATE INDEX "reading_waits" ON "reading" ("state", "received_at") WHERE state IN ('asked', 'held');

CREATE INDEX "reading_odd" ON "reading" ("state", "id") WHERE state <> 'accepted';

CREATE INDEX "reading_from_others" ON "reading" ("source", "id") WHERE source <> 'resident';

CREATE TABLE "reading_settlement" ("id" SERIAL NOT NULL PRIMARY KEY,
  "reading_id" INTEGER NOT NULL,
  "how" VARCHAR(20) NOT NULL,
  "reason" VARCHAR(20),
  "words" VARCHAR(300) NOT NULL,
  "employee_id" INTEGER,
  "settled_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("reading_id") REFERENCES "reading" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (how IN ('as_typed', 'as_meant', 'refused')),
  CHECK (how <> 'refused' OR reason IS NOT NULL),
  CHECK (reason <> 'other' OR words <> ''));

CREATE UNIQUE INDEX "reading_settlement_reading_id" ON "reading_settlement" ("reading_id");

CREATE TABLE "reading_sheet" ("id" SERIAL NOT NULL PRIMARY KEY,
  "scope" VARCHAR(20) NOT NULL,
  "house_id" INTEGER,
  "district_id" INTEGER,
  "period" INTEGER NOT NULL,
  "source" VARCHAR(20) NOT NULL,
  "taken_on" DATE NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  "order_confirmed_at" TIMESTAMP,
  "undone_by_id" INTEGER,
  "undone_at" TIMESTAMP,
  FOREIGN KEY ("house_id") REFERENCES "house" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("undone_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (scope IN ('house', 'street', 'district', 'slips')),
  CHECK (state IN ('open', 'undone')),
  CHECK (source IN ('resident', 'telephone', 'office', 'visit', 'import', 'token', 'sheet', 'paper', 'calculated')),
  CHECK ((scope IN ('house', 'street')) = (house_id IS NOT NULL)),
  CHECK ((scope = 'district') = (district_id IS NOT NULL)),
  CHECK ((state = 'undone') = (undone_at IS NOT NULL)));

CREATE INDEX "reading_sheet_house_id" ON "reading_sheet" ("house_id");

CREATE INDEX "reading_sheet_district_id" ON "reading_sheet" ("district_id");

CREATE TABLE "sheet_entry" ("id" SERIAL NOT NULL PRIMARY KEY,
  "sheet_id" INTEGER NOT NULL,
  "account_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  "employee_id" INTEGER,
  "entered_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("sheet_id") REFERENCES "reading_sheet" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "sheet_entry_submission_id" ON "sheet_entry" ("submission_id");

CREATE INDEX "sheet_entry_sheet_id_account_id" ON "sheet_entry" ("sheet_id", "account_id");

CREATE TABLE "sheet_displaced" ("id" SERIAL NOT NULL PRIMARY KEY,
  "sheet_id" INTEGER NOT NULL,
  "reading_id" INTEGER NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  FOREIGN KEY ("sheet_id") REFERENCES "reading_sheet" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("reading_id") REFERENCES "reading" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('accepted', 'asked', 'held', 'recorded', 'replaced', 'refused')));

CREATE INDEX "sheet_displaced_reading_id" ON "sheet_displaced" ("reading_id");

CREATE UNIQUE INDEX "sheet_displaced_sheet_id_reading_id" ON "sheet_displaced" ("sheet_id", "reading_id");

CREATE TABLE "sheet_remark" ("id" SERIAL NOT NULL PRIMARY KEY,
  "sheet_id" INTEGER NOT NULL,
  "meter_id" INTEGER NOT NULL,
  "code" VARCHAR(20) NOT NULL,
  "employee_id" INTEGER,
  "noted_at" TIMESTAMP NOT NULL,
  "noted_failure" BOOLEAN NOT NULL,
  "failed_before" DATE,
  "settled_at" TIMESTAMP,
  "settled_by_id" INTEGER,
  "outcome" VARCHAR(200) NOT NULL,
  FOREIGN KEY ("sheet_id") REFERENCES "reading_sheet" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("settled_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (code IN ('no_access', 'broken', 'no_seal')));

CREATE INDEX "sheet_remark_meter_id" ON "sheet_remark" ("meter_id");

CREATE INDEX "sheet_remark_settled_at" ON "sheet_remark" ("settled_at");

CREATE UNIQUE INDEX "sheet_remark_sheet_id_meter_id" ON "sheet_remark" ("sheet_id", "meter_id");

CREATE TABLE "sheet_upload" ("id" SERIAL NOT NULL PRIMARY KEY,
  "sheet_id" INTEGER NOT NULL,
  "name" VARCHAR(200) NOT NULL,
  "rows" TEXT NOT NULL,
  "employee_id" INTEGER,
  "uploaded_at" TIMESTAMP NOT NULL,
  "entered_at" TIMESTAMP,
  FOREIGN KEY ("sheet_id") REFERENCES "reading_sheet" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT);

CREATE INDEX "sheet_upload_sheet_id" ON "sheet_upload" ("sheet_id");

CREATE TABLE "holder_change" ("id" SERIAL NOT NULL PRIMARY KEY,
  "old_account_id" INTEGER NOT NULL,
  "new_account_id" INTEGER,
  "on" DATE NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "paper_kind" VARCHAR(100) NOT NULL,
  "paper_number" VARCHAR(60) NOT NULL,
  "paper_on" DATE,
  "number" VARCHAR(20) NOT NULL,
  "keeps_number" BOOLEAN NOT NULL,
  "touched" TEXT NOT NULL,
  "made" TEXT NOT NULL,
  "entered_by_id" INTEGER,
  "entered_at" TIMESTAMP NOT NULL,
  "reversed_by_id" INTEGER,
  "reversed_at" TIMESTAMP,
  FOREIGN KEY ("old_account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("new_account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("entered_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("reversed_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('sale', 'inheritance', 'death', 'divorce', 'other')),
  CHECK (paper_kind <> ''),
  CHECK ((new_account_id IS NULL) = (reversed_at IS NOT NULL)));

CREATE INDEX "holder_change_new_account_id" ON "holder_change" ("new_account_id");

CREATE UNIQUE INDEX "holder_change_once" ON "holder_change" ("old_account_id") WHERE reversed_at IS NULL;

CREATE TABLE "holder_change_meter" ("id" SERIAL NOT NULL PRIMARY KEY,
  "change_id" INTEGER NOT NULL,
  "old_meter_id" INTEGER NOT NULL,
  "new_meter_id" INTEGER,
  "value" BIGINT NOT NULL,
  "is_estimated" BOOLEAN NOT NULL,
  "findings" TEXT NOT NULL,
  "shared" TEXT NOT NULL,
  FOREIGN KEY ("change_id") REFERENCES "holder_change" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("old_meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("new_meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  CHECK (value >= 0));

CREATE INDEX "holder_change_meter_change_id" ON "holder_change_meter" ("change_id");

CREATE TABLE "holder_change_submission" ("id" SERIAL NOT NULL PRIMARY KEY,
  "change_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  FOREIGN KEY ("change_id") REFERENCES "holder_change" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE CASCADE);

CREATE INDEX "holder_change_submission_change_id" ON "holder_change_submission" ("change_id");

CREATE UNIQUE INDEX "holder_change_submission_submission_id" ON "holder_change_submission" ("submission_id");

CREATE TABLE "house_reading" ("id" SERIAL NOT NULL PRIMARY KEY,
  "meter_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "value" BIGINT NOT NULL,
  "taken_on" DATE NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (value >= 0));

CREATE UNIQUE INDEX "house_reading_meter_id_period" ON "house_reading" ("meter_id", "period");

CREATE INDEX "house_reading_period_id" ON "house_reading" ("period", "id");

CREATE TABLE "reading_window" ("id" SERIAL NOT NULL PRIMARY KEY,
  "district_id" INTEGER,
  "from_day" INTEGER NOT NULL,
  "to_day" INTEGER NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  CHECK (from_day BETWEEN 1 AND 31),
  CHECK (to_day BETWEEN 1 AND 31),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "reading_window_district_id" ON "reading_window" ("district_id");

CREATE UNIQUE INDEX "reading_window_all_once" ON "reading_window" ("starts_on") WHERE district_id IS NULL;

CREATE UNIQUE INDEX "reading_window_district_once" ON "reading_window" ("district_id", "starts_on") WHERE district_id IS NOT NULL;

CREATE TABLE "window_extension" ("id" SERIAL NOT NULL PRIMARY KEY,
  "period" INTEGER NOT NULL,
  "district_id" INTEGER,
  "ends_on" DATE NOT NULL,
  "sentence" VARCHAR(300) NOT NULL,
  "decided_by_id" INTEGER,
  "decided_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("decided_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (sentence <> ''));

CREATE INDEX "window_extension_district_id" ON "window_extension" ("district_id");

CREATE INDEX "window_extension_decided_by_id" ON "window_extension" ("decided_by_id");

CREATE UNIQUE INDEX "window_extension_all_once" ON "window_extension" ("period") WHERE district_id IS NULL;

CREATE UNIQUE INDEX "window_extension_district_once" ON "window_extension" ("district_id", "period") WHERE district_id IS NOT NULL;

CREATE TABLE "tariff" ("id" SERIAL NOT NULL PRIMARY KEY,
  "service" VARCHAR(20) NOT NULL,
  "customer_group" VARCHAR(20) NOT NULL,
  "district_id" INTEGER,
  "price" BIGINT NOT NULL,
  "includes_vat" BOOLEAN NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK (customer_group IN ('population', 'organisation', 'budget')),
  CHECK (price > 0),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "tariff_district_id" ON "tariff" ("district_id");

CREATE TABLE "norm" ("id" SERIAL NOT NULL PRIMARY KEY,
  "basis" VARCHAR(20) NOT NULL,
  "category_id" INTEGER,
  "what" VARCHAR(60) NOT NULL,
  "service" VARCHAR(20) NOT NULL,
  "volume" BIGINT NOT NULL,
  "season_from" INTEGER,
  "season_to" INTEGER,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("category_id") REFERENCES "norm_category" ("id") ON DELETE RESTRICT,
  CHECK (basis IN ('person', 'garden', 'livestock')),
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK (volume >= 0),
  CHECK ((basis = 'person') = (category_id IS NOT NULL)),
  CHECK (season_from IS NULL OR season_from BETWEEN 1 AND 12),
  CHECK (season_to IS NULL OR season_to BETWEEN 1 AND 12),
  CHECK ((season_from IS NULL) = (season_to IS NULL)),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "norm_category_id" ON "norm" ("category_id");

CREATE TABLE "multiplier" ("id" SERIAL NOT NULL PRIMARY KEY,
  "service" VARCHAR(20) NOT NULL,
  "value" BIGINT NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK (value >= 100),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "key_rate" ("id" SERIAL NOT NULL PRIMARY KEY,
  "percent" BIGINT NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  CHECK (percent BETWEEN 0 AND 10000),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "moratorium" ("id" SERIAL NOT NULL PRIMARY KEY,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE NOT NULL,
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "payment_term" ("id" SERIAL NOT NULL PRIMARY KEY,
  "bill_by_day" INTEGER NOT NULL,
  "pay_by_day" INTEGER NOT NULL,
  "moves_to_working_day" BOOLEAN NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  CHECK (bill_by_day BETWEEN 1 AND 28),
  CHECK (pay_by_day BETWEEN 1 AND 28),
  CHECK (bill_by_day <= pay_by_day),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "vat_rate" ("id" SERIAL NOT NULL PRIMARY KEY,
  "percent" BIGINT,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  CHECK (percent IS NULL OR percent BETWEEN 0 AND 10000),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "legal_term" ("id" SERIAL NOT NULL PRIMARY KEY,
  "term" VARCHAR(20) NOT NULL,
  "value" BIGINT NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  CHECK (term IN ('average_months', 'average_months_young', 'months_by_average', 'penalty_first_day', 'penalty_first_share', 'penalty_second_day', 'penalty_second_share', 'penalty_cap', 'absence_days', 'break_hours_a_month', 'break_hours_at_once', 'break_percent', 'answer_days')),
  CHECK (value >= 0),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE TABLE "day_off" ("id" SERIAL NOT NULL PRIMARY KEY,
  "on" DATE NOT NULL,
  "is_working" BOOLEAN NOT NULL,
  "words" VARCHAR(100) NOT NULL);

CREATE UNIQUE INDEX "day_off_on" ON "day_off" ("on");

CREATE TABLE "opening_balance" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "period" INTEGER,
  "amount" BIGINT NOT NULL,
  "on" DATE NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('debt', 'penalty', 'advance')),
  CHECK (amount > 0),
  CHECK (kind = 'advance' OR period IS NOT NULL));

CREATE INDEX "opening_balance_account_id" ON "opening_balance" ("account_id");

CREATE TABLE "payment" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL,
  "received_on" DATE NOT NULL,
  "period" INTEGER,
  "channel" VARCHAR(20) NOT NULL,
  "document" VARCHAR(100) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (channel IN ('desk', 'bank', 'post', 'card', 'other')),
  CHECK (amount > 0));

CREATE INDEX "payment_account_id" ON "payment" ("account_id");

CREATE INDEX "payment_received_on" ON "payment" ("received_on");

CREATE INDEX "payment_channel_received_on" ON "payment" ("channel", "received_on");

CREATE TABLE "payment_reversal" ("id" SERIAL NOT NULL PRIMARY KEY,
  "payment_id" INTEGER NOT NULL,
  "reversed_on" DATE NOT NULL,
  "reason" VARCHAR(300) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (reason <> ''));

CREATE UNIQUE INDEX "payment_reversal_payment_id" ON "payment_reversal" ("payment_id");

CREATE TABLE "absence" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "people" INTEGER NOT NULL,
  "left_on" DATE NOT NULL,
  "came_back_on" DATE NOT NULL,
  "applied_on" DATE NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (people BETWEEN 1 AND 1000),
  CHECK (document <> ''),
  CHECK (came_back_on IS NULL OR left_on IS NULL OR came_back_on >= left_on));

CREATE INDEX "absence_account_id" ON "absence" ("account_id");

CREATE TABLE "interruption" ("id" SERIAL NOT NULL PRIMARY KEY,
  "house_id" INTEGER,
  "district_id" INTEGER,
  "service" VARCHAR(20) NOT NULL,
  "began_at" TIMESTAMP NOT NULL,
  "ended_at" TIMESTAMP NOT NULL,
  "document" VARCHAR(200) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("house_id") REFERENCES "house" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK ((house_id IS NULL) <> (district_id IS NULL)),
  CHECK (ended_at > began_at));

CREATE INDEX "interruption_house_id" ON "interruption" ("house_id");

CREATE INDEX "interruption_district_id" ON "interruption" ("district_id");

CREATE INDEX "interruption_began_at" ON "interruption" ("began_at");

CREATE TABLE "access_refusal" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "act_number" VARCHAR(60) NOT NULL,
  "starts_on" DATE NOT NULL,
  "ends_on" DATE,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (act_number <> ''),
  CHECK (ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on));

CREATE INDEX "access_refusal_account_id" ON "access_refusal" ("account_id");

CREATE TABLE "meter_check" ("id" SERIAL NOT NULL PRIMARY KEY,
  "meter_id" INTEGER NOT NULL,
  "checked_on" DATE NOT NULL,
  "found" BIGINT NOT NULL,
  "act_number" VARCHAR(60) NOT NULL,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("meter_id") REFERENCES "meter" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (found >= 0),
  CHECK (act_number <> ''));

CREATE INDEX "meter_check_meter_id" ON "meter_check" ("meter_id");

CREATE UNIQUE INDEX "meter_check_meter_id_checked_on" ON "meter_check" ("meter_id", "checked_on");

CREATE TABLE "recalculation_batch" ("id" SERIAL NOT NULL PRIMARY KEY,
  "first_period" INTEGER NOT NULL,
  "last_period" INTEGER NOT NULL,
  "posted_period" INTEGER NOT NULL,
  "sentence" VARCHAR(300) NOT NULL,
  "reverses_id" INTEGER,
  "approved_by_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("reverses_id") REFERENCES "recalculation_batch" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("approved_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (sentence <> ''),
  CHECK (first_period <= last_period));

CREATE UNIQUE INDEX "recalculation_batch_reverses_id" ON "recalculation_batch" ("reverses_id");

CREATE TABLE "correction" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "posted_period" INTEGER NOT NULL,
  "for_period" INTEGER NOT NULL,
  "side" VARCHAR(20) NOT NULL,
  "service" VARCHAR(20),
  "reason" VARCHAR(20) NOT NULL,
  "volume" BIGINT,
  "amount" BIGINT NOT NULL,
  "words" VARCHAR(300) NOT NULL,
  "inputs" TEXT NOT NULL,
  "cause_table" VARCHAR(20) NOT NULL,
  "cause_id" INTEGER,
  "batch_id" INTEGER,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("batch_id") REFERENCES "recalculation_batch" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (side IN ('penalty', 'principal')),
  CHECK (reason IN ('true_up', 'reading_corrected', 'absence', 'interruption', 'check', 'rates', 'manual')),
  CHECK (reason <> 'manual' OR words <> ''),
  CHECK (amount <> 0 OR volume IS NOT NULL));

CREATE INDEX "correction_batch_id" ON "correction" ("batch_id");

CREATE INDEX "correction_posted_period_account_id" ON "correction" ("posted_period", "account_id");

CREATE TABLE "dispute" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "line" VARCHAR(40) NOT NULL,
  "debt_period" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL,
  "words" VARCHAR(1000) NOT NULL,
  "heard" VARCHAR(20) NOT NULL,
  "resident_id" INTEGER,
  "employee_id" INTEGER,
  "opened_at" TIMESTAMP NOT NULL,
  "answer_by" DATE,
  "state" VARCHAR(20) NOT NULL,
  "answer" VARCHAR(1000) NOT NULL,
  "answered_by_id" INTEGER,
  "answered_at" TIMESTAMP,
  "correction_id" INTEGER,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("resident_id") REFERENCES "resident" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("answered_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("correction_id") REFERENCES "correction" ("id") ON DELETE SET NULL,
  CHECK (state IN ('open', 'explained', 'corrected', 'withdrawn')),
  CHECK (heard IN ('portal', 'telephone', 'office', 'paper')),
  CHECK (amount >= 0),
  CHECK (words <> ''),
  CHECK ((state = 'open') = (answered_at IS NULL)),
  CHECK (state IN ('open', 'withdrawn') OR answer <> ''));

CREATE INDEX "dispute_correction_id" ON "dispute" ("correction_id");

CREATE INDEX "dispute_account_id_period_line" ON "dispute" ("account_id", "period", "line");

CREATE INDEX "dispute_waiting" ON "dispute" ("opened_at", "id") WHERE state = 'open';

CREATE UNIQUE INDEX "dispute_one_open" ON "dispute" ("account_id", "period", "line") WHERE state = 'open';

CREATE TABLE "pending_deed" ("id" SERIAL NOT NULL PRIMARY KEY,
  "kind" VARCHAR(20) NOT NULL,
  "account_id" INTEGER,
  "amount" BIGINT,
  "parameters" TEXT NOT NULL,
  "asked_by_id" INTEGER NOT NULL,
  "asked_at" TIMESTAMP NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "words" VARCHAR(300) NOT NULL,
  "decided_by_id" INTEGER,
  "decided_at" TIMESTAMP,
  "done_table" VARCHAR(30) NOT NULL,
  "done_id" INTEGER,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("asked_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("decided_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('correction', 'reversal', 'opening', 'rate', 'dispute')),
  CHECK (state IN ('waiting', 'approved', 'declined', 'alone')),
  CHECK (amount > 0),
  CHECK ((state = 'waiting') = (decided_at IS NULL)),
  CHECK (state <> 'declined' OR words <> ''));

CREATE INDEX "pending_deed_asked_by_id_id" ON "pending_deed" ("asked_by_id", "id");

CREATE INDEX "pending_deed_state_decided_at" ON "pending_deed" ("state", "decided_at");

CREATE INDEX "pending_deed_waiting" ON "pending_deed" ("asked_at", "id") WHERE state = 'waiting';

CREATE TABLE "silence_call" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "outcome" VARCHAR(20) NOT NULL,
  "words" VARCHAR(200) NOT NULL,
  "employee_id" INTEGER,
  "called_at" TIMESTAMP NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (outcome IN ('promised', 'no_answer', 'wrong_number', 'other')),
  CHECK (outcome <> 'other' OR words <> ''));

CREATE INDEX "silence_call_account_id_period" ON "silence_call" ("account_id", "period");

CREATE TABLE "billing_month" ("id" SERIAL NOT NULL PRIMARY KEY,
  "period" INTEGER NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "bill_by" DATE,
  "pay_by" DATE,
  "mark" BIGINT NOT NULL,
  "leased_until" TIMESTAMP,
  "accounts" INTEGER NOT NULL,
  "totals" TEXT NOT NULL,
  "requisites" TEXT NOT NULL,
  "calculated_at" TIMESTAMP,
  "issued_at" TIMESTAMP,
  "issued_by_id" INTEGER,
  "is_forced" BOOLEAN NOT NULL,
  "seal" VARCHAR(64) NOT NULL,
  FOREIGN KEY ("issued_by_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('calculating', 'calculated', 'issuing', 'issued')));

CREATE UNIQUE INDEX "billing_month_period" ON "billing_month" ("period");

CREATE TABLE "month_slice" ("id" SERIAL NOT NULL PRIMARY KEY,
  "month_id" INTEGER NOT NULL,
  "first_account" INTEGER NOT NULL,
  "last_account" INTEGER NOT NULL,
  "accounts" INTEGER NOT NULL,
  "totals" TEXT NOT NULL,
  "is_issued" BOOLEAN NOT NULL,
  "digest" VARCHAR(64) NOT NULL,
  FOREIGN KEY ("month_id") REFERENCES "billing_month" ("id") ON DELETE RESTRICT);

CREATE UNIQUE INDEX "month_slice_month_id_first_account" ON "month_slice" ("month_id", "first_account");

CREATE TABLE "charge_line" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "service" VARCHAR(20) NOT NULL,
  "part" INTEGER NOT NULL,
  "customer_group" VARCHAR(20) NOT NULL,
  "method" VARCHAR(20) NOT NULL,
  "volume" BIGINT NOT NULL,
  "price" BIGINT NOT NULL,
  "multiplier" BIGINT NOT NULL,
  "amount" BIGINT NOT NULL,
  "excess" BIGINT NOT NULL,
  "vat" BIGINT,
  "inputs" TEXT NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (service IN ('cold', 'hot', 'sewage')),
  CHECK (customer_group IN ('population', 'organisation', 'budget')),
  CHECK (method IN ('meter', 'average', 'norm', 'no_meter', 'sum')),
  CHECK (volume >= 0),
  CHECK (price > 0),
  CHECK (amount >= 0),
  CHECK (excess >= 0 AND excess <= amount));

CREATE UNIQUE INDEX "charge_line_period_account_id_service_part" ON "charge_line" ("period", "account_id", "service", "part");

CREATE TABLE "month_trouble" ("id" SERIAL NOT NULL PRIMARY KEY,
  "period" INTEGER NOT NULL,
  "account_id" INTEGER NOT NULL,
  "code" VARCHAR(40) NOT NULL,
  "parameters" TEXT NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT);

CREATE INDEX "month_trouble_account_id" ON "month_trouble" ("account_id");

CREATE UNIQUE INDEX "month_trouble_period_account_id" ON "month_trouble" ("period", "account_id");

CREATE TABLE "penalty_posting" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "posted_period" INTEGER NOT NULL,
  "debt_period" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL,
  "inputs" TEXT NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (amount <> 0));

CREATE UNIQUE INDEX "penalty_posting_posted_period_account_id_debt_period" ON "penalty_posting" ("posted_period", "account_id", "debt_period");

CREATE TABLE "month_order" ("id" SERIAL NOT NULL PRIMARY KEY,
  "period" INTEGER NOT NULL,
  "deed" VARCHAR(20) NOT NULL,
  "employee_id" INTEGER,
  "is_forced" BOOLEAN NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "attempts" INTEGER NOT NULL,
  "ended_at" TIMESTAMP,
  "refusal" VARCHAR(40) NOT NULL,
  "parameters" TEXT NOT NULL,
  "mark" BIGINT NOT NULL,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (deed IN ('calculate', 'issue')),
  CHECK (attempts >= 0),
  CHECK (deed <> 'issue' OR employee_id IS NOT NULL));

CREATE INDEX "month_order_period_id" ON "month_order" ("period", "id");

CREATE UNIQUE INDEX "month_order_open" ON "month_order" ("period") WHERE ended_at IS NULL;

CREATE TABLE "recalculation_preview" ("id" SERIAL NOT NULL PRIMARY KEY,
  "first_period" INTEGER NOT NULL,
  "last_period" INTEGER NOT NULL,
  "employee_id" INTEGER NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "mark" BIGINT NOT NULL,
  "last_account" INTEGER NOT NULL,
  "accounts" INTEGER NOT NULL,
  "troubles" TEXT NOT NULL,
  "attempts" INTEGER NOT NULL,
  "leased_until" TIMESTAMP,
  "ended_at" TIMESTAMP,
  "refusal" VARCHAR(40) NOT NULL,
  "parameters" TEXT NOT NULL,
  "batch_id" INTEGER,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("batch_id") REFERENCES "recalculation_batch" ("id") ON DELETE RESTRICT,
  CHECK (first_period <= last_period),
  CHECK (attempts >= 0));

CREATE UNIQUE INDEX "recalculation_preview_batch_id" ON "recalculation_preview" ("batch_id");

CREATE TABLE "month_difference" ("id" SERIAL NOT NULL PRIMARY KEY,
  "preview_id" INTEGER NOT NULL,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "service" VARCHAR(20) NOT NULL,
  "was" BIGINT NOT NULL,
  "now" BIGINT NOT NULL,
  "volume" BIGINT,
  "inputs" TEXT NOT NULL,
  FOREIGN KEY ("preview_id") REFERENCES "recalculation_preview" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (service IN ('cold', 'hot', 'sewage')));

CREATE UNIQUE INDEX "month_difference_preview_id_account_id_period_service" ON "month_difference" ("preview_id", "account_id", "period", "service");

CREATE TABLE "movement" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "kind" VARCHAR(20) NOT NULL,
  "debit" VARCHAR(20) NOT NULL,
  "credit" VARCHAR(20) NOT NULL,
  "amount" BIGINT NOT NULL,
  "service" VARCHAR(20),
  "debt_period" INTEGER,
  "posted_period" INTEGER NOT NULL,
  "on" DATE NOT NULL,
  "posted_at" TIMESTAMP NOT NULL,
  "source_table" VARCHAR(20) NOT NULL,
  "source_id" INTEGER NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('opening', 'charge', 'correction', 'penalty', 'payment', 'reversal')),
  CHECK (debit IN ('principal', 'penalty', 'revenue', 'penalty_income', 'money', 'opening')),
  CHECK (credit IN ('principal', 'penalty', 'revenue', 'penalty_income', 'money', 'opening')),
  CHECK (source_table IN ('opening_balance', 'charge_line', 'correction', 'penalty_posting', 'payment', 'payment_reversal')),
  CHECK (amount > 0),
  CHECK ((debit IN ('principal', 'penalty')) <> (credit IN ('principal', 'penalty'))));

CREATE INDEX "movement_account_id_posted_period" ON "movement" ("account_id", "posted_period");

CREATE UNIQUE INDEX "movement_source_table_source_id" ON "movement" ("source_table", "source_id");

CREATE TABLE "receipt" ("id" SERIAL NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "period" INTEGER NOT NULL,
  "opening" BIGINT NOT NULL,
  "charged" BIGINT NOT NULL,
  "corrected" BIGINT NOT NULL,
  "penalty" BIGINT NOT NULL,
  "paid" BIGINT NOT NULL,
  "closing" BIGINT NOT NULL,
  "pay_by" DATE NOT NULL,
  "debts" TEXT NOT NULL,
  "details" TEXT NOT NULL,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (closing = opening + charged + corrected + penalty - paid));

CREATE UNIQUE INDEX "receipt_period_account_id" ON "receipt" ("period", "account_id");

CREATE TABLE "receipt_message" ("id" SERIAL NOT NULL PRIMARY KEY,
  "period" INTEGER NOT NULL,
  "district_id" INTEGER,
  "account_id" INTEGER,
  "words" VARCHAR(300) NOT NULL,
  FOREIGN KEY ("district_id") REFERENCES "district" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("account_id") REFERENCES "account" ("id") ON DELETE RESTRICT,
  CHECK (words <> ''),
  CHECK (district_id IS NULL OR account_id IS NULL));

CREATE INDEX "receipt_message_district_id" ON "receipt_message" ("district_id");

CREATE INDEX "receipt_message_account_id" ON "receipt_message" ("account_id");

CREATE INDEX "receipt_message_period" ON "receipt_message" ("period");

CREATE TABLE "journal_entry" ("id" SERIAL NOT NULL PRIMARY KEY,
  "at" TIMESTAMP NOT NULL,
  "actor_kind" VARCHAR(20) NOT NULL,
  "actor_id" INTEGER,
  "actor_name" VARCHAR(200) NOT NULL,
  "action" VARCHAR(60) NOT NULL,
  "subject_table" VARCHAR(60) NOT NULL,
  "subject_id" INTEGER,
  "before" TEXT NOT NULL,
  "after" TEXT NOT NULL);

CREATE INDEX "journal_entry_at" ON "journal_entry" ("at");

CREATE INDEX "journal_entry_subject_table_subject_id" ON "journal_entry" ("subject_table", "subject_id");

CREATE INDEX "journal_entry_not_of_residents" ON "journal_entry" ("actor_kind", "actor_id", "id") WHERE actor_kind <> 'resident';

CREATE INDEX "journal_entry_deeds" ON "journal_entry" ("action", "id") WHERE action <> 'submit_readings';

CREATE TABLE "book_import" ("id" SERIAL NOT NULL PRIMARY KEY,
  "name" VARCHAR(200) NOT NULL,
  "digest" VARCHAR(64) NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "problems" INTEGER NOT NULL,
  "report" TEXT NOT NULL,
  "folder" VARCHAR(40) NOT NULL,
  "posted_period" INTEGER,
  "employee_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  "decided_at" TIMESTAMP,
  "undone_at" TIMESTAMP,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (state IN ('waiting', 'refused', 'checked', 'dropped', 'done', 'undoing', 'undone')),
  CHECK (state NOT IN ('done', 'undoing') OR posted_period IS NOT NULL));

CREATE UNIQUE INDEX "book_import_once" ON "book_import" ("digest") WHERE state = 'done';

CREATE TABLE "book_import_range" ("id" SERIAL NOT NULL PRIMARY KEY,
  "book_id" INTEGER NOT NULL,
  "table_name" VARCHAR(60) NOT NULL,
  "first_row" INTEGER NOT NULL,
  "last_row" INTEGER NOT NULL,
  FOREIGN KEY ("book_id") REFERENCES "book_import" ("id") ON DELETE RESTRICT,
  CHECK (first_row <= last_row));

CREATE INDEX "book_import_range_table_name_first_row" ON "book_import_range" ("table_name", "first_row");

CREATE INDEX "book_import_range_book_id_table_name" ON "book_import_range" ("book_id", "table_name");

CREATE TABLE "file_job" ("id" SERIAL NOT NULL PRIMARY KEY,
  "deed" VARCHAR(20) NOT NULL,
  "book_id" INTEGER,
  "upload_id" INTEGER,
  "employee_id" INTEGER,
  "mark" BIGINT NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "done" INTEGER NOT NULL,
  "total" INTEGER NOT NULL,
  "attempts" INTEGER NOT NULL,
  "leased_until" TIMESTAMP,
  "ended_at" TIMESTAMP,
  "refusal" VARCHAR(40) NOT NULL,
  "bound" BIGINT NOT NULL,
  "told" TEXT NOT NULL,
  FOREIGN KEY ("book_id") REFERENCES "book_import" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("upload_id") REFERENCES "sheet_upload" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (deed IN ('check_book', 'import_book', 'enter_sheet')),
  CHECK (attempts >= 0 AND done >= 0 AND total >= 0),
  CHECK ((deed = 'enter_sheet') = (upload_id IS NOT NULL)),
  CHECK ((book_id IS NULL) <> (upload_id IS NULL)));

CREATE INDEX "file_job_book_id" ON "file_job" ("book_id");

CREATE INDEX "file_job_upload_id" ON "file_job" ("upload_id");

CREATE UNIQUE INDEX "file_job_open_book" ON "file_job" ("book_id") WHERE ended_at IS NULL;

CREATE UNIQUE INDEX "file_job_open_upload" ON "file_job" ("upload_id") WHERE ended_at IS NULL;

CREATE TABLE "export_column" ("id" SERIAL NOT NULL PRIMARY KEY,
  "sheet" VARCHAR(20) NOT NULL,
  "position" INTEGER NOT NULL,
  "title" VARCHAR(200) NOT NULL,
  "source" VARCHAR(20) NOT NULL,
  CHECK (sheet IN ('gis_readings', 'gis_meters')),
  CHECK (source IN ('nothing', 'address', 'house_gis', 'premises_gis', 'account', 'account_gis', 'service_gis', 'meter_gis', 'serial', 'meter_kind', 'model', 'resource', 'tariff_kind', 'period', 'value', 'taken_on', 'initial', 'installed_on', 'admitted_on', 'verified_on', 'verify_by', 'interval')));

CREATE UNIQUE INDEX "export_column_sheet_position" ON "export_column" ("sheet", "position");

CREATE TABLE "setting" ("id" SERIAL NOT NULL PRIMARY KEY,
  "name" VARCHAR(60) NOT NULL,
  "value" TEXT NOT NULL);

CREATE UNIQUE INDEX "setting_name" ON "setting" ("name");

CREATE TABLE "configuration" ("id" SERIAL NOT NULL PRIMARY KEY,
  "token" VARCHAR(32) NOT NULL);

CREATE TABLE "letter" ("id" SERIAL NOT NULL PRIMARY KEY,
  "kind" VARCHAR(20) NOT NULL,
  "resident_id" INTEGER,
  "employee_id" INTEGER,
  "language" VARCHAR(10) NOT NULL,
  "subject_table" VARCHAR(60) NOT NULL,
  "subject_id" INTEGER NOT NULL,
  "parameters" TEXT NOT NULL,
  "state" VARCHAR(20) NOT NULL,
  "attempts" INTEGER NOT NULL,
  "due_at" TIMESTAMP,
  "last_error" VARCHAR(40) NOT NULL,
  "message_id" VARCHAR(200) NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "sent_at" TIMESTAMP,
  FOREIGN KEY ("resident_id") REFERENCES "resident" ("id") ON DELETE RESTRICT,
  FOREIGN KEY ("employee_id") REFERENCES "employee" ("id") ON DELETE RESTRICT,
  CHECK (kind IN ('readings_received', 'receipt_ready', 'month_standing', 'dispute_answered')),
  CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),
  CHECK (attempts >= 0),
  CHECK ((resident_id IS NULL) <> (employee_id IS NULL)));

CREATE INDEX "letter_resident_id" ON "letter" ("resident_id");

CREATE INDEX "letter_unsent" ON "letter" ("state", "id") WHERE state <> 'sent';

CREATE TABLE "wake_up" ("id" SERIAL NOT NULL PRIMARY KEY,
  "queue" VARCHAR(40) NOT NULL,
  "data" BYTEA NOT NULL,
  "priority" REAL NOT NULL);

CREATE TABLE "job_run" ("id" SERIAL NOT NULL PRIMARY KEY,
  "job" VARCHAR(40) NOT NULL,
  "date" DATE NOT NULL,
  "leased_until" TIMESTAMP NOT NULL,
  "counts" TEXT NOT NULL,
  "finished_at" TIMESTAMP);

CREATE UNIQUE INDEX "job_run_job_date" ON "job_run" ("job", "date");

CREATE TABLE "data_copy" ("id" SERIAL NOT NULL PRIMARY KEY,
  "file_name" VARCHAR(60) NOT NULL,
  "made_at" TIMESTAMP NOT NULL,
  "size" BIGINT NOT NULL,
  "seconds" REAL NOT NULL,
  "faults" INTEGER NOT NULL,
  "second_refusal" VARCHAR(300) NOT NULL,
  CHECK (size >= 0),
  CHECK (faults >= 0));

CREATE UNIQUE INDEX "data_copy_file_name" ON "data_copy" ("file_name");

CREATE INDEX "data_copy_made_at" ON "data_copy" ("made_at");
