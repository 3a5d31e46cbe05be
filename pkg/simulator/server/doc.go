// Package server has stand-ins for MDM servers, so far as they deal with their push certificate:
// they tell which one they use, hand out a request for a key of their own, and take a renewal, each in
// the way of its product. Each is an [http.Handler] that asks for its credential, keeps a list of what
// it was asked, and fails in the way that a test wants.
//
// It is an oracle as package simulator is: it shares no line and no constant with the client. What is
// written here about a product says how sure it is: [S] read in its source, [D] its documentation, [U] not known, and
// then the stand-in is permissive. It must not know profiles, state files, commands or languages.
//
// Beside what the product answers, a test can call
//
//	PUT /simulator/fault        {"status": 503, "times": 2, "retry_after": "1", …}, see Fault   204
//	PUT /simulator/certificate  PEM, which it uses from now on without having been asked        204
//	GET /simulator/calls        [{"method", "path", "status", "bytes"}], without these three
package server
