// Staff pages work without this file: it asks before deeds, and offers rows while one types.
(function () {
  "use strict";

  // A deed's question; without the script the server asks it on a page of its own.
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    var question = button && button.getAttribute("data-confirm");
    if (!question) { return; }
    if (!window.confirm(question)) { event.preventDefault(); return; }
    var answer = document.createElement("input");
    answer.type = "hidden"; answer.name = "confirmed"; answer.value = "yes";
    event.target.appendChild(answer);
  });

  document.querySelectorAll("input[data-lookup]").forEach(lookup);

  if (document.querySelector("[data-case] [data-key]")) { settleByKeys(); }

  // One key settles the case that has the focus, or the first one; 0 goes on to the next.
  function settleByKeys() {
    var cases = Array.from(document.querySelectorAll("[data-case]")), isSent = false;
    document.body.classList.add("has-keys");
    document.querySelectorAll("[data-key-hint]").forEach(function (hint) { hint.hidden = false; });
    // A case that the address or the server names takes the focus by itself.
    var isNamed = document.getElementById(window.location.hash.slice(1)) || document.querySelector("[autofocus]");
    if (!isNamed) { cases[0].focus({ preventScroll: true }); }
    // Two keys in a row are not to settle one case twice; going back makes the page new.
    document.addEventListener("submit", function (event) {
      if (isSent) { event.preventDefault(); }
      isSent = true;
    });
    window.addEventListener("pageshow", function () { isSent = false; });
    document.addEventListener("keydown", function (event) {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
      if (event.target.closest("input, select, textarea, [contenteditable]")) { return; }
      var here = document.activeElement.closest("[data-case]") || cases[0];
      if (event.key === "0") { event.preventDefault(); cases[(cases.indexOf(here) + 1) % cases.length].focus(); return; }
      var button = Array.from(here.querySelectorAll("[data-key]")).find(function (each) { return each.dataset.key === event.key; });
      if (button) { event.preventDefault(); button.click(); }
    });
  }

  function lookup(field) {
    var key = field.nextElementSibling, list = document.createElement("ul");
    var shown = -1, waiting = 0, asked = 0;
    list.id = field.id + "-list"; list.hidden = true; list.setAttribute("role", "listbox");
    field.parentNode.appendChild(list);
    set({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" });

    field.addEventListener("input", function () {
      key.value = "";
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 200);
    });
    field.addEventListener("keydown", function (event) {
      if (list.hidden) { return; }
      var steps = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in steps) { event.preventDefault(); show(shown + steps[event.key]); }
      else if (event.key === "Enter" && shown >= 0) { event.preventDefault(); choose(list.children[shown]); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
    });
    field.addEventListener("blur", close);
    // Before the field loses the focus.
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
      var option = event.target.closest("[role=option]");
      if (option) { choose(option); }
    });

    function set(names) { Object.keys(names).forEach(function (name) { field.setAttribute(name, names[name]); }); }

    function ask() {
      var words = field.value.trim(), turn = ++asked;
      if (!words) { close(); return; }
      fetch(field.getAttribute("data-lookup") + "&limit=10&query=" + encodeURIComponent(words), { headers: { Accept: "application/json" } })
        .then(function (answer) { return answer.ok ? answer.json() : []; })
        .then(function (rows) { if (turn === asked && document.activeElement === field) { offer(rows); } })
        .catch(close);
    }

    function offer(rows) {
      list.replaceChildren.apply(list, rows.map(function (row, place) {
        var option = document.createElement("li");
        option.id = list.id + "-" + place; option.textContent = row[1]; option.dataset.key = row[0];
        option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
        return option;
      }));
      list.hidden = !rows.length; shown = -1;
      set({ "aria-expanded": String(!list.hidden) });
      field.removeAttribute("aria-activedescendant");
    }

    function show(place) {
      var options = list.children;
      shown = (place + options.length) % options.length;
      for (var each = 0; each < options.length; each++) { options[each].setAttribute("aria-selected", String(each === shown)); }
      set({ "aria-activedescendant": options[shown].id });
      options[shown].scrollIntoView({ block: "nearest" });
    }

    function choose(option) { field.value = option.textContent; key.value = option.dataset.key; close(); }

    function close() { asked++; window.clearTimeout(waiting); list.hidden = true; set({ "aria-expanded": "false" }); }
  }
})();
