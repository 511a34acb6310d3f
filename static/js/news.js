// A line with data-news="address" says how many challenges were published since its list was opened: asked for at most
// once a minute, and only while somebody looks. Without this file it stays empty, and nothing is missed but the hint.
(() => {
  const { bind } = window.tangent;
  const MINUTE = 60_000;

  bind('[data-news]', (line) => {
    const opened = Date.now();
    let asked = opened;

    const say = (text) => {
      if ((line.querySelector('a')?.textContent ?? '') === text) return;
      const link = document.createElement('a');
      link.href = line.dataset.first;
      link.textContent = text;
      line.replaceChildren(...(text ? ['· ', link] : []));
    };

    const ask = async () => {
      if (!line.isConnected) {
        clearInterval(timer);
        document.removeEventListener('visibilitychange', ask);
        return;
      }
      if (document.visibilityState !== 'visible' || Date.now() - asked < MINUTE) return;
      asked = Date.now();
      const address = new URL(line.dataset.news, location.href);
      address.searchParams.set('age', Math.ceil((asked - opened) / 1000));
      address.searchParams.set('lang', document.documentElement.lang);
      try {
        // asked for as a stranger: the list holds at least as much for whoever has signed in
        const answer = await fetch(address, { credentials: 'omit' });
        if (answer.ok) say((await answer.text()).trim());
      } catch {
        // the next minute may have a network
      }
    };

    const timer = setInterval(ask, MINUTE);
    document.addEventListener('visibilitychange', ask);
  });
})();
