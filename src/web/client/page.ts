// What every page does beyond its HTML: times that go on, a word when the server is away, the moment in the address, keys.
import './keys.js';
import './clock.js';
import './connection.js';
import './moment.js';
