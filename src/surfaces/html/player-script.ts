/**
 * What the page can do beyond being read: the slider hides what came after it, the keys move it, and a button changes the theme. It reads nothing but the page's own
 * elements, and writes no markup.
 */
export const playerScript = String.raw`'use strict';
(() => {
  const root = document.documentElement;
  const theme = document.getElementById('theme');
  const dark = () => (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const named = () => (theme.textContent = dark() ? 'Light' : 'Dark');
  theme.setAttribute('aria-label', 'Switch between light and dark');
  theme.hidden = false;
  theme.onclick = () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    named();
  };
  named();

  const player = document.getElementById('player');
  if (player === null) return;
  const slider = document.getElementById('time');
  const play = document.getElementById('play');
  const where = document.getElementById('where');
  const speed = document.getElementById('speed');
  const moments = [...document.querySelectorAll('.moment')];
  const ending = document.querySelector('.end-of-log, main > .error');
  const opening = moments.flatMap((moment, index) => ('opens' in moment.dataset ? [index + 1] : []));
  let at = moments.length;
  let playing = 0;

  // Only what lies between the old place and the new one is touched.
  const show = wanted => {
    const to = Math.min(moments.length, Math.max(1, wanted));
    moments[at - 1].removeAttribute('aria-current');
    for (let index = at; index < to; index++) moments[index].hidden = false;
    for (let index = to; index < at; index++) moments[index].hidden = true;
    at = to;
    moments[at - 1].setAttribute('aria-current', 'step');
    if (ending !== null) ending.hidden = at < moments.length;
    slider.value = String(at);
    const label = moments[at - 1].dataset.label;
    slider.setAttribute('aria-valuetext', label + ', ' + at + ' of ' + moments.length);
    where.textContent = label + ' (' + at + '/' + moments.length + ')';
  };
  const see = () => {
    const moment = moments[at - 1];
    moment.scrollIntoView({block: moment.offsetHeight > innerHeight / 2 ? 'start' : 'end'});
  };
  const go = wanted => {
    show(wanted);
    see();
  };

  const stop = () => {
    clearInterval(playing);
    playing = 0;
    play.textContent = '▶';
    play.setAttribute('aria-pressed', 'false');
  };
  const start = () => {
    if (at === moments.length) go(1);
    play.textContent = '❚❚';
    play.setAttribute('aria-pressed', 'true');
    playing = setInterval(() => {
      go(at + 1);
      if (at === moments.length) stop();
    }, 1000 / Number(speed.value));
  };
  const toggle = () => (playing === 0 ? start() : stop());
  const move = wanted => {
    stop();
    go(wanted);
  };

  const turn = {
    back: () => opening.findLast(first => first < at) ?? 1,
    on: () => opening.find(first => first > at) ?? moments.length,
  };
  const keys = {
    ArrowLeft: () => move(at - 1),
    ArrowDown: () => move(at - 1),
    ArrowRight: () => move(at + 1),
    ArrowUp: () => move(at + 1),
    PageUp: () => move(turn.back()),
    PageDown: () => move(turn.on()),
    Home: () => move(1),
    End: () => move(moments.length),
    ' ': toggle,
  };
  // On the slider every key is its own; elsewhere only those two that do not scroll a page, and they lead to it.
  const anywhere = ['ArrowLeft', 'ArrowRight'];
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const own = event.target === slider;
    if (!Object.hasOwn(keys, event.key) || (!own && !anywhere.includes(event.key))) return;
    if (!own && event.target.closest('select, pre, .table') !== null) return;
    event.preventDefault();
    slider.focus({preventScroll: true});
    keys[event.key]();
  });
  slider.oninput = () => move(Number(slider.value));
  play.onclick = toggle;
  document.getElementById('back').onclick = () => move(at - 1);
  document.getElementById('on').onclick = () => move(at + 1);
  speed.onchange = () => {
    if (playing !== 0) {
      stop();
      start();
    }
  };

  // A link to a moment that is hidden shows everything up to it.
  const follow = () => {
    const index = moments.findIndex(moment => '#' + moment.id === location.hash);
    if (index >= 0) move(index + 1);
  };
  addEventListener('hashchange', follow);
  player.hidden = false;
  show(moments.length);
  stop();
  follow();
})();
`;
