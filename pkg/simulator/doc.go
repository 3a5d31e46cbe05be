// Package simulator is a local Apple for tests: the Apple Push Certificates
// Portal, which issues MDM push certificates, and the Apple Push Notification
// service, which takes pushes made with them. Both listen on loopback only.
//
// It is an independent oracle. It imports no other package of this project and
// shares no constant and no line of code with the client it checks: what it knows
// of Apple's rules it states again, and each refusal says in code how sure that
// rule is. It must not know profiles, state files, commands or languages.
//
// # Testing an MDM server against it
//
// From a Go test:
//
//	sim, err := simulator.Start(t.Context(), simulator.Options{Now: time.Now})
//	if err != nil {
//		t.Fatal(err)
//	}
//	defer sim.Close()
//
// From anything else, start the command that serves it with a ready file and wait
// for that file: it is written, whole, once both sides listen, and names both
// addresses and the two files of certificates to trust.
//
// Then play the year of an administrator, with any HTTP client:
//
//	POST /vendor-certificates            a CSR, PEM or DER   201, certificate as DER
//	POST /certificates                   a push request      201, certificate as PEM
//	POST /certificates/{serial}/renew    a push request      201, the topic stays
//	GET  /certificates                                       200, the account's list as JSON
//	GET  /certificates/{serial}                              200, certificate as PEM
//	POST /certificates/{serial}/revoke                       204
//	GET  /revoked.crl                                        200, what is revoked, signed
//
// Every call takes ?account=NAME, the Apple Account that is signed in ("default"
// without it): a certificate is seen, renewed and revoked by the account that made
// it and by no other. ?not_before= and ?not_after= (RFC 3339) choose the validity,
// so that a server's reminders can be tried on certificates in their last days.
// ?notes= fills the portal's free Notes field. A browser gets the same at GET /.
//
// A refused request is answered with 422 and Apple's own JSON, whose sentences say
// little. The header Simulator-Reason says what was wrong, and how sure it is that
// Apple would refuse it too. Any other failure has the same JSON shape, with the HTTP status
// as its ErrorCode.
//
// To receive pushes, trust [Simulator.APNsCAPEM], register devices, and look at what
// arrived:
//
//	PUT /devices/{token hex}  {"topic": …, "push_magic": …, "state": "active"}  204
//	GET /devices              {"devices": […]}
//	GET /pushes               {"pushes": […]}, the accepted ones in order
//	PUT /faults               latency, refusals, resets, GOAWAY               204
//
// The portal's address also stands in for mdmcert.download, the service that signs requests of
// others as their vendor. What it would mail lies in a mailbox:
//
//	POST /mdmcert.download/api/v1/signrequest  {"csr", "email", "key", "encrypt"}  200, {"result": …}
//	GET  /mdmcert.download/mails               {"mails": […]}
//	GET  /mdmcert.download/mails/{number}      200, the attachment
//
// ?fault=NAME of the first plays a failure: a status such as 503, or email, key, reason, page,
// empty, endless, capitals, silent, expired, other, 3des, newline, quoted, cut, changed.
//
// All that it issues is signed by a throwaway authority named SIMULATOR that no
// computer trusts by itself.
package simulator
