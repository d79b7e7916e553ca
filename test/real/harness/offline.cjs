// Loaded with --require: whoever opens a socket or asks for a name ends the process.
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

function refuse() {
  throw new Error('no network in a replay');
}

net.Socket.prototype.connect = refuse;
net.Server.prototype.listen = refuse;
dgram.createSocket = refuse;
for (const names of [dns, dns.promises]) {
  for (const [name, value] of Object.entries(names)) {
    if (typeof value === 'function' && /^(lookup|resolve|reverse)/.test(name)) names[name] = refuse;
  }
}
