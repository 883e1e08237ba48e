// @ts-check
import { Follower } from './follower.js';
import { Session } from './session.js';

/** More would make the page slow, and the ledger keeps them all. */
const KEPT = { events: 500, lines: 200 };

/** @type {(id: string) => any} */
const at = (id) => document.getElementById(id);
const session = new Session((token) => follower?.authenticate(token));
/** @type {Follower | undefined} */
let follower;
let count = 0;
/** @type {Promise<string>} */
const socketUrl = fetch('/console/settings.json')
  .then((response) => response.json())
  .then((settings) => new URL(settings.socketUrl, location.href).origin);
socketUrl.then(
  (url) => (at('socket-url').textContent = url),
  () => (at('socket-url').textContent = 'unknown: the gateway does not answer'),
);

/** @param {string} name @param {Record<string, any>} [properties] @param {...(Node | string)} children */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Runs what a form or a button asks for, and shows why it did not work. @param {string} place @param {() => Promise<void>} act */
async function attempt(place, act) {
  at(place).textContent = '';
  try {
    await act();
  } catch (error) {
    at(place).textContent = error instanceof Error ? error.message : String(error);
  }
}

const shown = {
  /** @param {string} room @param {any} event */
  event(room, event) {
    count++;
    const open = element('button', { type: 'button', textContent: 'JSON', ariaLabel: `Event ${event.position} whole` });
    open.addEventListener('click', () => {
      at('whole-title').textContent = `Event ${event.position}`;
      at('whole-text').textContent = JSON.stringify(event, null, 2);
      at('whole').showModal();
    });
    const { onHand } = event.change;
    const cells = [
      [event.position],
      [new Date(event.at).toLocaleTimeString()],
      [event.type],
      [`${event.sku ? `${event.sku} · ` : ''}${event.name}`],
      [event.location ?? ''],
      [onHand > 0 ? `+${onHand}` : String(onHand).replace('-', '−'), 'number'],
      [event.after.available, 'number'],
      [event.actor.name],
      [room],
      [[event.reason, event.reference].filter(Boolean).join(' · ')],
    ];
    const row = element(
      'tr',
      { className: 'fresh' },
      ...cells.map(([text, className = '']) => element('td', { textContent: text, className, title: text })),
      element('td', {}, open),
    );
    at('events').prepend(row);
    if (at('events').children.length > KEPT.events) at('events').lastElementChild.remove();
  },

  changed() {
    const state = follower?.state ?? 'idle';
    at('status').textContent = state === 'idle' ? 'not connected' : state;
    at('status').dataset.state = state;
    at('position').textContent = follower?.position ? String(follower.position) : '–';
    at('resets').textContent = String(follower?.resets ?? 0);
    at('count').textContent = String(count);
    at('kept').textContent = count > KEPT.events ? `the last ${KEPT.events} are shown` : '';
    at('follow').disabled = at('pause').disabled = follower === undefined;
    at('pause').textContent = follower?.paused ? 'Resume' : 'Pause';
    at('pause').setAttribute('aria-pressed', String(follower?.paused ?? false));
    showRooms();
  },

  /** @param {string} text @param {string} [kind] */
  said(text, kind = '') {
    const log = at('log');
    log.append(element('li', { textContent: `${new Date().toLocaleTimeString()} ${text}`, className: kind }));
    if (log.children.length > KEPT.lines) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  },
};

/** Lines are kept while their room is, so that the keyboard does not lose the button it is on. */
function showRooms() {
  const list = at('rooms');
  const rooms = follower?.rooms ?? new Map();
  for (const line of list.querySelectorAll('li')) if (!rooms.has(line.dataset.room)) line.remove();
  for (const { name, cursor, state, snapshot } of rooms.values()) {
    const line = [...list.children].find(({ dataset }) => dataset.room === name) ?? list.appendChild(roomLine(name));
    const texts = [name, state, cursor ? `at ${cursor.position}` : '', figuresOf(snapshot)];
    texts.forEach((text, index) => (line.children[index].textContent = text));
  }
}

/** The room of an item begins with that item, `alerts` with those that are low. @param {any} snapshot */
function figuresOf(snapshot) {
  if (!snapshot) return '';
  if (Array.isArray(snapshot)) return `${snapshot.length} low when it began`;
  return `${snapshot.name}: ${snapshot.quantity} on hand, ${snapshot.available} available`;
}

/** @param {string} name */
function roomLine(name) {
  const leave = element('button', { type: 'button', textContent: 'Leave', ariaLabel: `Leave ${name}` });
  leave.addEventListener('click', () => follower?.leave(name));
  const line = element('li', {}, element('code'), element('span'), element('span'), element('span'), leave);
  line.dataset.room = name;
  return line;
}

at('sign-in').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  void attempt('sign-in-problem', async () => {
    const key = at('key').value.trim();
    const who = await (key ? session.use(key) : session.login(at('email').value, at('password').value));
    at('password').value = at('key').value = '';
    follower = new Follower(await socketUrl, session, shown);
    at('who').textContent = `Signed in as ${who}.`;
    at('sign-in').hidden = true;
    at('signed-in').hidden = false;
    shown.changed();
    at('room').focus();
  });
});

at('sign-out').addEventListener('click', () => {
  follower?.close();
  follower = undefined;
  void session.end();
  at('sign-in').hidden = false;
  at('signed-in').hidden = true;
  shown.changed();
  at('email').focus();
});

at('subscribe').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  void attempt('subscribe-problem', async () => {
    const from = at('from').value;
    const since = from === '' ? undefined : { epoch: await session.epoch(), position: Number(from) };
    follower?.follow(at('room').value.trim(), at('batch').checked, since);
  });
});

at('room').addEventListener('input', () => {
  const text = at('room').value;
  if (!follower || text.length < 2 || text.includes(':')) return;
  void attempt('subscribe-problem', async () => {
    const { data } = await session.items(text);
    const options = data.map((item) =>
      element('option', { value: `item:${item.id}`, label: `${item.name} (${item.sku})` }),
    );
    at('suggestions').replaceChildren(element('option', { value: 'items', label: 'everything' }), ...options);
  });
});

at('pause').addEventListener('click', () => (follower?.paused ? follower.resume() : follower?.pause()));
at('clear').addEventListener('click', () => {
  at('events').replaceChildren();
  count = 0;
  shown.changed();
});
