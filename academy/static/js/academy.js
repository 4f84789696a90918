// Enhancement only: every page works without this file. No dependency, no inline handler, no style.
"use strict";
(() => {
  const closest = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // A dangerous act: without script <details> opens to the consequence and the button; here the same form stands in a dialog.
  // The dialog is made once and stays beside its button: a second Enter right after Escape finds it whole.
  function makeDialog(details) {
    const dialog = document.createElement("dialog");
    const summary = details.querySelector("summary");
    const title = document.createElement("h2");
    title.textContent = summary.textContent.trim();
    dialog.setAttribute("aria-label", title.textContent);
    dialog.append(title, details.querySelector("form"));
    dialog.querySelector("[data-cancel]").hidden = false;
    dialog.addEventListener("close", () => summary.focus());
    details.after(dialog);
    return dialog;
  }

  function askInDialog(details) {
    const beside = details.nextElementSibling;
    const dialog = beside instanceof HTMLDialogElement ? beside : makeDialog(details);
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-cancel]").focus();
  }

  // The rows picked for a bulk act: count them, show the acts beside them, keep "all" honest.
  function showPicked(id) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(id)}"]:not([data-all], :disabled)`)];
    const picked = boxes.filter((box) => box.checked).length;
    const bar = document.getElementById(id);
    const all = document.querySelector(`input[data-all="${CSS.escape(id)}"]`);
    if (all) {
      all.checked = picked > 0 && picked === boxes.length;
      all.indeterminate = picked > 0 && picked < boxes.length;
    }
    if (bar) {
      const every = bar.querySelector("[name=every]");
      if (every) {
        every.closest("label").hidden = picked < boxes.length;
        every.checked = every.checked && picked === boxes.length;
      }
      bar.hidden = picked === 0;
      bar.querySelector("[data-picked]").textContent = bar.dataset.words.replace("{n}", every?.checked ? every.dataset.count : picked);
    }
  }

  let lastPicked = null;
  function pick(box, withShift) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(box.getAttribute("form"))}"]:not([data-all], :disabled)`)];
    if (withShift && boxes.includes(lastPicked)) {
      const [from, to] = [boxes.indexOf(lastPicked), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
    }
    lastPicked = box;
    showPicked(box.getAttribute("form"));
  }

  function showCount(area) {
    const words = document.getElementById(`${area.id}-count`);
    const left = area.maxLength - area.value.length;
    if (words) words.textContent = (left < 0 ? words.dataset.over : words.dataset.words).replace("{n}", Math.abs(left));
  }

  // A file: the whole zone takes it, and says which one it has.
  function showFile(input) {
    const zone = input.closest("[data-drop]");
    const [file] = input.files;
    if (!file) return;
    const large = file.size >= 1e6;
    const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: 1 });
    zone.querySelector("[data-drop-words] span").textContent = zone.dataset.words.replace("{name}", file.name).replace("{size}", size.format(file.size / (large ? 1e6 : 1e3)));
  }

  // A picker: the plain list keeps the value; people type into the box before it and choose from what the server finds.
  const partsOf = (picker) => ({ list: picker.querySelector("select"), words: picker.querySelector("[role=combobox]"), found: picker.querySelector("[role=listbox]"), said: picker.querySelector("[role=status]") });

  function preparePicker(picker) {
    const { list, words } = partsOf(picker);
    const box = words.parentElement;
    if (!box.hidden) return;
    [list.id, words.id] = [words.id, list.id]; // label and list of problems lead to the box from now on
    [list.required, words.required] = [false, list.required];
    [list.hidden, box.hidden] = [true, false];
    words.value = list.selectedOptions[0]?.text ?? "";
    settle(picker);
  }

  // Close what was found, and let the words say what is chosen.
  function settle(picker) {
    const { list, words, found } = partsOf(picker);
    const none = [...list.options].find((option) => ["", "0"].includes(option.value));
    if (!words.value && none) none.selected = true;
    words.value = list.selectedOptions[0] && list.selectedOptions[0] !== none ? list.selectedOptions[0].text : "";
    found.hidden = true;
    words.setAttribute("aria-expanded", "false");
    words.removeAttribute("aria-activedescendant");
  }

  function showFound(picker) {
    const { words, found, said } = partsOf(picker);
    if (document.activeElement !== words) return;
    const options = [...found.querySelectorAll("[data-value]")];
    options.forEach((option, place) => { option.id = `${found.id}-${place}`; });
    found.hidden = false;
    words.setAttribute("aria-expanded", "true");
    words.removeAttribute("aria-activedescendant");
    said.textContent = said.dataset.words.replace("{n}", options.length);
  }

  function choose(picker, option) {
    const { list, words } = partsOf(picker);
    const name = option.querySelector(".name").textContent;
    const known = [...list.options].find((each) => each.value === option.dataset.value);
    (known || list.appendChild(new Option(name, option.dataset.value))).selected = true;
    words.value = name;
    settle(picker);
  }

  function walk(picker, event) {
    const { words, found } = partsOf(picker);
    const options = [...found.querySelectorAll("[data-value]")];
    const at = options.findIndex((option) => option.id === words.getAttribute("aria-activedescendant"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.hidden) return void htmx.trigger(words, "look");
      const next = options[(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + options.length) % options.length];
      options.forEach((option) => option.setAttribute("aria-selected", option === next));
      next?.scrollIntoView({ block: "nearest" });
      if (next) words.setAttribute("aria-activedescendant", next.id);
    } else if (event.key === "Enter" && !found.hidden) {
      event.preventDefault();
      if (at >= 0) choose(picker, options[at]);
    } else if (event.key === "Escape" && !found.hidden) {
      event.stopPropagation();
      event.preventDefault();
      settle(picker);
    }
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("[data-words]");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, 2000);
  }

  // Of many boxes to tick show those with these words, and those ticked already.
  function narrow(words) {
    words.closest("fieldset").querySelectorAll(".option").forEach((option) => {
      option.hidden = !option.textContent.includes(words.value.trim()) && !option.querySelector("input").checked;
    });
  }

  // Run on the whole page and again on whatever htmx brings in.
  function prepare(root) {
    root.querySelectorAll("textarea[maxlength]").forEach(showCount);
    root.querySelectorAll("form.bulk").forEach((bar) => showPicked(bar.id));
    root.querySelectorAll("[data-all]").forEach((box) => { box.closest(".pick").hidden = false; });
    if (navigator.clipboard) root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-drop]").forEach((zone) => {
      zone.classList.add("live");
      zone.querySelector("[data-drop-words]").hidden = false;
    });
    root.querySelectorAll("[data-narrow]").forEach((box) => { box.hidden = false; });
    if (window.htmx) root.querySelectorAll("[data-picker]").forEach(preparePicker);
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
    if (closest(event, "[role=combobox][aria-expanded=false]")) htmx.trigger(event.target, "look");
    if (closest(event, "[data-print]")) window.print();
  });

  // What is answered with a file leaves the page as it is, so the dialog has done its work.
  document.addEventListener("submit", (event) => closest(event, "dialog form[data-file]")?.closest("dialog").close());

  // Options answer to the mouse before the box loses the focus; leaving the box settles it.
  document.addEventListener("mousedown", (event) => {
    const option = closest(event, "[role=option]");
    if (!option) return;
    event.preventDefault();
    if (option.dataset.value) choose(option.closest("[data-picker]"), option);
  });
  document.addEventListener("focusout", (event) => {
    const picker = closest(event, "[role=combobox]")?.closest("[data-picker]");
    if (picker) settle(picker);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.triggeringEvent?.type === "look") event.detail.parameters.q = "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const picker = event.detail.target.closest("[data-picker]");
    if (picker) showFound(picker);
  });
  ["dragenter", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    closest(event, "[data-drop]")?.classList.toggle("over", kind === "dragenter");
  }));

  // A filter that the mouse chooses applies at once; one that the keys walk through waits for Enter or the button.
  let walked = null;
  document.addEventListener("pointerdown", () => { walked = null; });

  document.addEventListener("change", (event) => {
    const all = closest(event, "[data-all]");
    if (all) {
      document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(all.dataset.all)}"]:not(:disabled)`).forEach((box) => { box.checked = all.checked; });
      showPicked(all.dataset.all);
    }
    if (event.target.name === "every") showPicked(event.target.form.id);
    if (closest(event, "[data-drop] input")) showFile(event.target);
    if (event.target !== walked && closest(event, "form[data-auto] :is(select, [type=checkbox], [type=radio])")) event.target.form.requestSubmit();
  });

  document.addEventListener("input", (event) => {
    const area = closest(event, "textarea[maxlength]");
    if (area) showCount(area);
    const words = closest(event, "[data-narrow] input");
    if (words) narrow(words);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    const picker = closest(event, "[role=combobox]")?.closest("[data-picker]");
    if (picker) walk(picker, event);
    if (event.key === "Enter" && closest(event, "[data-narrow]")) event.preventDefault(); // it sends nothing
    const filter = closest(event, "form[data-auto] select");
    if (filter && event.key === "Enter") filter.form.requestSubmit();
    walked = filter;
    const typing = closest(event, "input, textarea, select, [contenteditable]");
    const search = [...document.querySelectorAll("input[type=search]")].find((box) => box.offsetParent); // on a desk the one in the head
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  // A trainee's phone keeps the timetable for when there is no network; WeChat's browser has its own ways.
  if (navigator.serviceWorker && !navigator.userAgent.includes("MicroMessenger") && document.querySelector('.tabs-bar a[href="/me/"]')) {
    window.addEventListener("load", () => { navigator.serviceWorker.register("/sw.js").catch(() => undefined); });
  }

  document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
  prepare(document);
})();
