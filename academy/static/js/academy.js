// Enhancement only: every page works without this file. No dependency, no inline handler, no style.
"use strict";
(() => {
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // A dangerous act: without script <details> opens to the consequence and the button; here the same form stands in a dialog.
  function askInDialog(details) {
    const form = details.querySelector("form");
    const dialog = document.createElement("dialog");
    const cancel = form.querySelector("[data-cancel]");
    const title = document.createElement("h2");
    title.textContent = details.querySelector("summary").textContent.trim();
    dialog.setAttribute("aria-label", title.textContent);
    cancel.hidden = false;
    dialog.append(title, form);
    dialog.addEventListener("close", () => {
      cancel.hidden = true;
      details.append(form);
      dialog.remove();
      details.querySelector("summary").focus();
    });
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
  }

  // The rows picked for a bulk act: count them, show the acts beside them, keep "all" honest.
  function showPicked(id) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(id)}"]:not([data-all])`)];
    const picked = boxes.filter((box) => box.checked).length;
    const bar = document.getElementById(id);
    const all = document.querySelector(`input[data-all="${CSS.escape(id)}"]`);
    if (all) {
      all.checked = picked > 0 && picked === boxes.length;
      all.indeterminate = picked > 0 && picked < boxes.length;
    }
    if (bar) {
      bar.hidden = picked === 0;
      bar.querySelector("[data-picked]").textContent = bar.dataset.words.replace("{n}", picked);
    }
  }

  let lastPicked = null;
  function pick(box, withShift) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(box.getAttribute("form"))}"]:not([data-all])`)];
    if (withShift && boxes.includes(lastPicked)) {
      const [from, to] = [boxes.indexOf(lastPicked), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
    }
    lastPicked = box;
    showPicked(box.getAttribute("form"));
  }

  function showCount(area) {
    const words = document.getElementById(`${area.id}-count`);
    if (words) words.textContent = words.dataset.words.replace("{n}", area.maxLength - area.value.length);
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("[data-words]");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, 2000);
  }

  // Run on the whole page and again on whatever htmx brings in.
  function prepare(root) {
    root.querySelectorAll("textarea[maxlength]").forEach(showCount);
    root.querySelectorAll("form.bulk").forEach((bar) => showPicked(bar.id));
    root.querySelectorAll("[data-all]").forEach((box) => { box.closest(".pick").hidden = false; });
    if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    root.querySelector(".problems")?.focus();
  }

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    const summary = closest(event, "details.confirm > summary");
    const copied = closest(event, "[data-copy]");
    const box = closest(event, "input[type=checkbox][form]:not([data-all])");
    if (summary && "showModal" in HTMLDialogElement.prototype) {
      event.preventDefault();
      askInDialog(summary.parentElement);
    }
    closest(event, "[data-cancel]")?.closest("dialog").close();
    if (copied) copy(copied);
    if (box) pick(box, event.shiftKey);
    if (closest(event, "[data-print]")) window.print();
  });

  document.addEventListener("change", (event) => {
    const all = closest(event, "[data-all]");
    if (all) {
      document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(all.dataset.all)}"]`).forEach((box) => { box.checked = all.checked; });
      showPicked(all.dataset.all);
    }
    if (closest(event, "form[data-auto] :is(select, [type=checkbox], [type=radio])")) event.target.form.requestSubmit();
  });

  document.addEventListener("input", (event) => {
    const area = closest(event, "textarea[maxlength]");
    if (area) showCount(area);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    const typing = closest(event, "input, textarea, select, [contenteditable]");
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
