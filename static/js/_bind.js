// A behaviour names the elements it is for. It meets each of them once: when the page is there,
// and again in whatever htmx brings. The file's name keeps it first in the bundle.
window.tangent = (() => {
  const behaviours = [];

  const visit = (root) => {
    for (const { selector, act, met } of behaviours) {
      const found = [...root.querySelectorAll(selector)];
      if (root.matches?.(selector)) found.unshift(root);
      for (const element of found) {
        if (met.has(element)) continue;
        met.add(element);
        act(element);
      }
    }
  };

  const bind = (selector, act) => {
    behaviours.push({ selector, act, met: new WeakSet() });
    visit(document);
  };

  // the page's own words for what scripts say
  const word = (name, values = {}) => {
    const text = document.getElementById('words')?.dataset[name] ?? '';
    return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  };

  const picture = (shape) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'shape');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `#shape-${shape}`);
    svg.append(use);
    return svg;
  };

  const button = (text, press) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'link';
    made.textContent = text;
    made.addEventListener('click', press);
    return made;
  };

  const toast = (text, family = 'done') => {
    const shelf = document.getElementById('toasts');
    if (!shelf || !text) return;
    const made = document.createElement('p');
    made.className = 'toast';
    made.append(picture(family), text, button(word('close'), () => made.remove()));
    shelf.replaceChildren(made);
    if (family !== 'stopped') setTimeout(() => made.remove(), 8000);
  };

  document.addEventListener('htmx:load', (event) => visit(event.detail.elt));
  return { bind, word, toast, picture, button };
})();
