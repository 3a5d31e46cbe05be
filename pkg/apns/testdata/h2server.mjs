// An APNs of Node's http2 module, for interop_test.go: it says its port, wants a client
// certificate, answers 200, or 410 to tokens that end in 0, and closes each session after a
// thousand requests.
//
//   node h2server.mjs IDENTITY.pem
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'

const identity = readFileSync(process.argv[2])
const server = createSecureServer({
  key: identity, cert: identity,
  requestCert: true, rejectUnauthorized: false, // asked for, and not checked
  settings: { maxConcurrentStreams: 100, headerTableSize: 256 },
})

server.on('session', (session) => {
  let requests = 0
  session.on('stream', (stream, headers) => {
    stream.on('error', () => {}) // the client may be gone
    const shown = Object.keys(session.socket.getPeerCertificate()).length > 0
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () => {
      const answer = { ':status': 200, 'apns-id': headers['apns-id'] }
      let body = ''
      if (!shown || !Buffer.concat(chunks).toString().startsWith('{"mdm":"')) {
        answer[':status'] = 400
        body = '{"reason":"BadMessageId"}'
      } else if (headers[':path'].endsWith('0')) {
        answer[':status'] = 410
        body = '{"reason":"Unregistered","timestamp":1700000000000}'
      }
      stream.respond(answer)
      stream.end(body)
      if (++requests === 1000) session.close()
    })
  })
})

server.listen(0, '127.0.0.1', () => console.log(server.address().port))
