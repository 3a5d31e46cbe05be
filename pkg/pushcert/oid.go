package pushcert

import (
	"encoding/asn1"
	"slices"
	"strconv"
)

// marker is an object identifier below Apple's arc 1.2.840.113635.100, written
// without that arc (Apple WWDR CPS; Apple's Security framework, OIDsAttr.h).
type marker string

// appleArc is what stands before a marker.
const appleArc = "1.2.840.113635.100"

const (
	markVendor         marker = "4.12"   // MDM vendor; seen as an extension, plausible as a key usage
	markPass           marker = "6.1.16" // pass type identifier
	markWebsite        marker = "6.1.17" // website push
	markPushSandbox    marker = "6.3.1"
	markPushProduction marker = "6.3.2"
	markVoIPTopics     marker = "6.3.4"
	markVoIP           marker = "6.3.5"
	markTopics         marker = "6.3.6"
)

// markerOf returns what id says below Apple's arc, or "" if it lies elsewhere.
func markerOf(id asn1.ObjectIdentifier) marker {
	const arc = 5
	if len(id) <= arc || !slices.Equal(id[:arc], []int{1, 2, 840, 113635, 100}) {
		return ""
	}
	b := make([]byte, 0, 16)
	for i, n := range id[arc:] {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return marker(b)
}

// extension returns the value of one of Apple's extensions.
func (c *Certificate) extension(m marker) ([]byte, bool) {
	for _, e := range c.X509.Extensions {
		if markerOf(e.Id) == m {
			return e.Value, true
		}
	}
	return nil, false
}

// marked tells whether m stands among the extensions or the extended key usages.
func (c *Certificate) marked(m marker) bool {
	if _, ok := c.extension(m); ok {
		return true
	}
	return slices.ContainsFunc(c.X509.UnknownExtKeyUsage, func(id asn1.ObjectIdentifier) bool { return markerOf(id) == m })
}
