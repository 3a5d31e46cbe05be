package ca

// Verdict is what the certificate authority says of a client certificate.
type Verdict int

// The verdicts, and how APNs was seen to give each of them.
const (
	Good    Verdict = iota
	Expired         // answered with TLS alert 45, as seen with Apple in 2025
	Revoked         // answered with TLS alert 44, as seen in 2014 to 2018
	Unknown         // answered with GOAWAY BadCertificate, from Apple's table
)
