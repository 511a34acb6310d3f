// A search box with data-suggest="address" offers what may be meant while somebody types: a listbox after the pattern
// of the combobox. Without this file it is a search box.
(() => {
  const { bind, word } = window.tangent;
  let number = 0;

  const listFor = (input) => {
    const list = document.createElement('ul');
    list.id = `suggestions-${(number += 1)}`;
    list.className = 'suggestions';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', word('suggestions'));
    list.hidden = true;
    input.after(list);
    return list;
  };

  bind('[data-suggest]', (input) => {
    const list = listFor(input);
    let asked = '';
    let timer = 0;
    let request = null;

    const set = (name, value) => input.setAttribute(`aria-${name}`, value);
    const options = () => [...list.children];
    const chosen = () => options().find((option) => option.getAttribute('aria-selected') === 'true');

    const close = () => {
      list.hidden = true;
      set('expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    };

    const mark = (option) => {
      for (const other of options()) other.setAttribute('aria-selected', String(other === option));
      if (option) {
        set('activedescendant', option.id);
        option.scrollIntoView({ block: 'nearest' });
      } else {
        input.removeAttribute('aria-activedescendant');
      }
    };

    const show = (html) => {
      list.innerHTML = html;
      for (const option of options()) option.id = `${list.id}-${option.id}`;
      const some = list.childElementCount > 0 && document.activeElement === input;
      list.hidden = !some;
      set('expanded', String(some));
      input.removeAttribute('aria-activedescendant');
    };

    const ask = async () => {
      request?.abort();
      request = new AbortController();
      asked = input.value.trim();
      if (asked.length < 1) return close();
      const address = new URL(input.dataset.suggest, location.href);
      address.searchParams.set('q', asked);
      address.searchParams.set('lang', document.documentElement.lang);
      try {
        const answer = await fetch(address, { signal: request.signal, headers: { Accept: 'text/html' } });
        if (answer.ok) show(await answer.text());
      } catch {
        close();
      }
    };

    const move = (step) => {
      const all = options();
      if (list.hidden || !all.length) return;
      const place = all.indexOf(chosen()) + step;
      mark(place < 0 || place >= all.length ? null : all[place]);
    };

    set('autocomplete', 'list');
    set('controls', list.id);
    set('expanded', 'false');
    input.setAttribute('role', 'combobox');
    input.setAttribute('autocomplete', 'off');

    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    input.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        if (list.hidden) return;
        event.preventDefault();
        if (event.key === 'ArrowUp' && !chosen()) return mark(options().at(-1));
        move(event.key === 'ArrowDown' ? 1 : -1);
      } else if (event.key === 'Enter' && !list.hidden && chosen()) {
        event.preventDefault();
        location.assign(chosen().dataset.href);
      } else if (event.key === 'Escape' && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener('blur', close);
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) location.assign(option.dataset.href);
    });
  });
})();
