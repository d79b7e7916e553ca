// Loaded into clawdoctor with --require: what it sends to one port goes through a recording relay, while the port's owner
// in /proc stays the real gateway. RELAY is `from:to`.
const net = require('node:net');

const [from, to] = process.env.RELAY.split(':').map(Number);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...args) {
  const normalised = Array.isArray(args[0]);
  const options = normalised ? args[0][0] : args[0];
  if (typeof options !== 'object' || options === null)
    throw new Error('an unknown form of connect()');
  if (Number(options.port) === from) {
    const routed = { ...options, port: to };
    if (normalised) args[0][0] = routed;
    else args[0] = routed;
  }
  return connect.apply(this, args);
};
