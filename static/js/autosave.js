// A form with data-autosave="address" saves itself a moment after the last key. The server answers with
// the line "Saved 14:02", whose data-version replaces the version the form carries. What cannot be saved
// is kept on this device, offered again when the page is opened, and forgotten once the server has it.
(() => {
  const { bind, word, picture, button } = window.tangent;
  const PAUSE = 1500;
  const AGAIN = 15000;
  const WEEK = 7 * 86400 * 1000;
  const SECRET = ['csrf_token', 'version', 'once'];

  // the hour as pages write it, and the day where it is not today's
  const clock = (moment) => moment.toLocaleString(document.documentElement.lang, {
    ...(moment.toDateString() !== new Date().toDateString() && { day: 'numeric', month: 'long' }), hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  });

  const typed = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !SECRET.includes(name));

  // what a field means to the server, however it was spelled: amounts without their grouping, text as it is stored
  const meant = (control, value) => {
    const text = value.normalize('NFC').replaceAll('\r\n', '\n').replaceAll('\0', '').trim();
    if (!/^(decimal|numeric)$/.test(control?.inputMode ?? '') && control?.type !== 'number') return text;
    const plain = text.replace(/[\s'’_]/gu, '');
    const read = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(plain)
      ?? /^([1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d{1,2}))?$/.exec(plain) ?? /^([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d{1,2}))?$/.exec(plain);
    return read ? String(Number(`${read[1].replace(/[.,]/g, '')}.${read[2] ?? 0}`)) : text;
  };
  const meaning = (form, pairs) => JSON.stringify(pairs.map(([name, value]) => [name, meant(form.elements.namedItem(name), value)]).sort());

  const line = (family, text, ...more) => {
    const made = document.createElement('p');
    made.className = 'saved';
    made.dataset.state = family;
    made.setAttribute('role', 'status');
    const words = document.createElement('span');
    words.textContent = text;
    made.append(picture(family), words, ...more);
    return made;
  };

  // boxes and buttons that were not ticked are absent from what is kept, so each set is cleared first
  const putBack = (form, pairs) => {
    const names = new Set(pairs.map(([name]) => name));
    for (const control of form.elements) {
      if (!control.name || SECRET.includes(control.name) || control.type === 'password') continue;
      const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === 'checkbox' || control.type === 'radio') control.checked = values.includes(control.value);
      else if (control.multiple && control.options) for (const option of control.options) option.selected = values.includes(option.value);
      else if (names.has(control.name) && control.type !== 'hidden') control.value = values[0];
    }
  };

  bind('form[data-autosave]', (form) => {
    const address = form.dataset.autosave;
    const key = `draft ${address}`;
    const status = form.querySelector('[data-autosave-status]');
    let timer = 0;
    let under = null;
    let waiting = false;

    const say = (...lines) => status?.replaceChildren(...lines);
    const forget = () => localStorage.removeItem(key);
    const keep = () => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), pairs: typed(form) }));
      } catch { /* private windows may refuse: the page itself still holds the text */ }
    };
    const fail = (name) => {
      keep();
      say(line('stopped', word(name)));
      clearTimeout(timer);
      if (name === 'kept' || name === 'unsaved') timer = setTimeout(save, AGAIN);
    };

    const taken = (html) => {
      const reply = new DOMParser().parseFromString(html, 'text/html').querySelector('[data-saved]');
      if (!reply) return fail('unsaved');
      if (reply.dataset.version) {
        for (const field of form.querySelectorAll('input[name="version"]')) field.value = reply.dataset.version;
      }
      say(document.adoptNode(reply));
      forget();
      if (!waiting) form.dispatchEvent(new CustomEvent('tangent:saved', { bubbles: true }));
    };

    const save = async () => {
      clearTimeout(timer);
      if (form.dataset.pressed) return;
      if (under) { waiting = true; return; }
      say(line('moving', word('saving')));
      under = new AbortController();
      try {
        const reply = await fetch(address, {
          method: 'POST', body: new FormData(form), signal: under.signal, redirect: 'follow',
          headers: { 'HX-Request': 'true', 'HX-Autosave': 'true', Accept: 'text/html' },
        });
        if (reply.redirected || reply.status === 401 || reply.status === 403 || reply.status === 400) fail('signedOut');
        else if (reply.status === 409) fail('conflict');
        else if (reply.ok || reply.status === 422) taken(await reply.text());
        else fail('unsaved');
      } catch (problem) {
        if (problem.name !== 'AbortError') fail('kept');
      } finally {
        under = null;
        if (waiting) { waiting = false; timer = setTimeout(save, PAUSE); }
      }
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); };

    const offer = () => {
      const found = JSON.parse(localStorage.getItem(key) ?? 'null');
      if (!found) return;
      if (meaning(form, found.pairs) === meaning(form, typed(form))) return forget();
      say(line(
        'waiting', word('found', { time: clock(new Date(found.at)) }),
        button(word('restore'), () => { putBack(form, found.pairs); say(); later(); }),
        button(word('discard'), () => { forget(); say(); }),
      ));
    };

    form.addEventListener('input', later);
    form.addEventListener('change', later);
    form.addEventListener('submit', () => { clearTimeout(timer); under?.abort(); keep(); });
    addEventListener('online', () => localStorage.getItem(key) && later());
    try { offer(); } catch { forget(); }
  });

  // what nobody came back for within a week is dropped
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith('draft ')) continue;
    try {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > WEEK) localStorage.removeItem(key);
    } catch { localStorage.removeItem(key); }
  }

  // shared computers: what was kept goes with the person who signs out
  bind('form[action$="/sign-out"], form[action$="/settings/closing"]', (form) => form.addEventListener('submit', () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('draft ')) localStorage.removeItem(key);
  }));
})();
