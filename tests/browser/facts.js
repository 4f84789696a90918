// What one page shows, for the walk to judge: called in the page, gives plain values.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = (text) => text.replace(/\s+/g, " ").trim();
  const own = document.documentElement.lang;
  const spoken = (element) => element.closest("[lang]").lang === own && !element.closest("[translate=no], .who, code, script, style");
  const inside = (address) => address.startsWith(location.origin) || /^(data|blob):/.test(address);
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (words(node.data) && spoken(node.parentElement)) texts.push(words(node.data));
  }
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-words"]) {
    all(`[${name}]`).filter(spoken).forEach((element) => texts.push(words(element.getAttribute(name))));
  }
  const interface_ = "button, summary, legend, caption, th[scope=col], dt, nav:not(.trail) a, label:not(.option label, .pick)";
  const data = ".who, [lang], [translate=no]";
  const controls = all(`:is(${interface_})`).filter(spoken).map((element) => words(element.getAttribute("aria-label") ||
    [...element.childNodes].filter((node) => !node.matches?.(data)).map((node) => node.textContent).join(" ")));
  const problems = document.querySelector(".problems");
  const described = (field) => (field.getAttribute("aria-describedby") || "").split(" ").some((id) =>
    document.getElementById(id)?.matches(".problem"));
  const wrong = all(".problem").map((problem) => problem.parentElement);
  const marked = (control) => control.matches("fieldset") ? control : control.querySelector("[aria-invalid=true]");
  return {
    address: location.pathname + location.search,
    title: document.title,
    lang: own,
    headings: all("h1").length,
    blank: all("[target=_blank]").length,
    styled: all("[style]").filter((element) => !element.closest("svg")).length,
    handlers: all("*").filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length,
    strangers: performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !inside(name))
      .concat(all("script[src], link[href], img[src], iframe[src], source[src]").map((element) => element.src || element.href)
        .filter((address) => !inside(address))),
    texts: [...new Set(texts)],
    controls: [...new Set(controls)],
    links: [...new Set(all("a[href]").filter((a) => a.origin === location.origin && !/[.](pdf|png|zip|xlsx|csv)$/.test(a.pathname))
      .map((a) => a.pathname + a.search))],
    asking: [...document.forms].map((form, at) => [at, form]).filter(([, form]) => form.method === "post" &&
      [...form.elements].some((field) => field.required && field.id && !field.id.endsWith("-confirm")))
      .map(([at, form]) => [at, new URL(form.action).pathname]),
    announced: {
      focused: problems !== null && document.activeElement === problems,
      dead: all(".problems a").filter((a) => !document.getElementById(decodeURIComponent(a.hash.slice(1)))).map((a) => a.hash),
      mute: wrong.filter((control) => !marked(control) || !described(marked(control))).map((control) => words(control.textContent)),
    },
  };
}
