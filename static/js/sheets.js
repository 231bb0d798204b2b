// Sheets of readings work without this file: it saves a row without leaving the page.
(function () {
  "use strict";

  var walk = document.querySelector("[data-walk]"), slip = document.querySelector("[data-slip]");
  var finder = document.querySelector("form[data-whole]"), opened = Date.now();
  // An Enter out of habit, right after a whole number has opened its slip by itself.
  var HABIT = 700, PAUSE = 150;

  if (walk) { saveInPlace(); }
  if (slip) { slip.addEventListener("keydown", goOn); }
  if (finder) { openWholeNumbers(); }

  function fields(place) { return Array.from(place.querySelectorAll("input.digits")); }

  function rowOf(element) { return element.closest("form[data-row]"); }

  // Enter goes to the next field of the row, and from the last one it saves.
  function goOn(event) {
    var field = event.target;
    if (event.key !== "Enter" || event.isComposing || !rowOf(field)) { return; }
    var own = fields(rowOf(field)), at = own.indexOf(field);
    if (at >= 0 && slip && !field.value && Date.now() - opened < HABIT) { event.preventDefault(); return; }
    if (at >= 0 && at < own.length - 1) { event.preventDefault(); into(own[at + 1]); }
    else if (field.tagName === "SELECT") { event.preventDefault(); rowOf(field).requestSubmit(); }
  }

  function into(field) { if (field) { field.focus(); field.select(); } }

  function typedIn(form) {
    return Array.from(form.elements).filter(function (each) { return /^(meter|remark)-/.test(each.name); })
      .map(function (each) { return each.value; }).join("\n");
  }

  function saveInPlace() {
    var rows = new WeakMap();
    walk.querySelectorAll("form[data-row]").forEach(remember);
    walk.addEventListener("keydown", goOn);
    walk.addEventListener("submit", function (event) {
      event.preventDefault();
      save(event.target, true);
    });
    // Whoever leaves a row with the mouse or Tab leaves nothing behind.
    walk.addEventListener("focusout", function (event) {
      var form = rowOf(event.target);
      if (form && !form.contains(event.relatedTarget) && typedIn(form) !== rows.get(form)) { save(form, false); }
    });

    function remember(form) { rows.set(form, typedIn(form)); }

    function save(form, goesOn) {
      var sent = typedIn(form), isSame = sent === rows.get(form);
      if (goesOn) { leave(form); }
      if (form.dataset.busy) { form.dataset.again = "yes"; return; }
      if (isSame && !form.dataset.refused) { return; }
      form.dataset.busy = "yes";
      fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "fetch" }, redirect: "manual" })
        .then(function (answer) {
          if (!answer.ok) { throw new Error(String(answer.status)); }
          return answer.text().then(function (text) { show(form, text, sent); });
        })
        // The page itself says what is wrong; nothing typed is lost by asking it.
        .catch(function () { delete form.dataset.busy; form.submit(); });
    }

    // The cursor stays where the clerk types by now: a refused row waits in red.
    function show(form, text, sent) {
      var part = document.createElement("template"), row = form.closest("li");
      part.innerHTML = text;
      var list = part.content.firstElementChild, fresh = list && list.querySelector("li");
      if (!fresh || fresh.id !== row.id) { throw new Error("no row"); }
      document.querySelector("[data-figures]").replaceWith(part.content.querySelector("[data-figures]"));
      var made = fresh.querySelector("form"), focused = row.contains(document.activeElement) && document.activeElement.name;
      if (typedIn(form) !== sent) {
        // More was typed meanwhile: it is sent as a saving of its own, at once if the row was left.
        made.querySelectorAll("input[type=hidden]").forEach(function (each) { form.elements[each.name].value = each.value; });
        rows.set(form, sent); delete form.dataset.busy;
        if (form.dataset.again) { delete form.dataset.again; save(form, false); }
        return;
      }
      fresh.querySelectorAll("[autofocus]").forEach(function (each) { each.removeAttribute("autofocus"); });
      row.replaceWith(fresh);
      remember(made);
      if (list.hasAttribute("data-refused")) { made.dataset.refused = "yes"; }
      if (focused) { into(made.elements[focused]); }
      var isClean = Array.from(walk.querySelectorAll("form[data-row]")).every(function (each) { return typedIn(each) === rows.get(each); });
      if (list.hasAttribute("data-stopped") && isClean) { window.location.reload(); }
    }

    function leave(form) {
      var all = fields(walk), own = fields(form), next = all[all.indexOf(own[own.length - 1]) + 1];
      var further = document.querySelector("[data-further]");
      if (next) { into(next); }
      else if (further) { further.focus(); }
    }
  }

  // A whole number that begins no other one needs no Enter.
  function openWholeNumbers() {
    var field = finder.elements.account, waiting = 0;
    field.addEventListener("input", function () {
      window.clearTimeout(waiting);
      var text = field.value;
      if (text.replace(/\D/g, "").length < 4) { return; }
      waiting = window.setTimeout(function () {
        fetch(finder.dataset.whole + "?account=" + encodeURIComponent(text), { headers: { Accept: "application/json" } })
          .then(function (answer) { return answer.ok && answer.json(); })
          .then(function (isWhole) { if (isWhole === true && field.value === text && document.activeElement === field) { finder.requestSubmit(); } })
          .catch(function () {});
      }, PAUSE);
    });
  }
})();
