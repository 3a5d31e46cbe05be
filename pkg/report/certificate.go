package report

import (
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Certificate is the one view of a certificate. Results that tell less of it take parts.
type Certificate struct {
	Topic   string  `json:"topic"`
	Subject Subject `json:"subject"`
	Issuer  string  `json:"issuer"`
	Serials
	NotBefore *string `json:"not_before"`
	Ends
	SHA256 string   `json:"sha256"`
	Key    *Key     `json:"key"`
	Topics []string `json:"topics"`
	// Environments are the APNs hosts that take the certificate.
	Environments []string `json:"environments"`
}

// Subject has the parts of a subject that matter at the portal.
type Subject struct {
	UID string `json:"uid"`
	CN  string `json:"cn"`
	C   string `json:"c"`
}

// Serials are a serial number as openssl and as Apple's portal show it.
type Serials struct {
	SerialHex string `json:"serial_hex"`
	SerialDec string `json:"serial_dec"`
}

// Ends is when a thing ends: its last second, and the whole days until then, which are
// negative afterwards. Both are null for what has no end.
type Ends struct {
	NotAfter *string `json:"not_after"`
	DaysLeft *int    `json:"days_left"`
}

// EndsAt is an end as seen at a moment. The zero time is none.
func EndsAt(at, now time.Time) Ends {
	if at.IsZero() {
		return Ends{}
	}
	return Ends{new(problem.Time(at)), new(pushcert.DaysUntil(at, now))}
}

// Key is the kind of a public key.
type Key struct {
	Algorithm string `json:"algorithm"`
	Bits      int    `json:"bits"`
}

// String is empty for a key that is absent or still encrypted.
func (k *Key) String() string {
	if k == nil || k.Bits == 0 {
		return ""
	}
	return k.Algorithm + " " + strconv.Itoa(k.Bits)
}

// NewCertificate is a certificate as seen at a moment; for nil there is nothing to see.
func NewCertificate(c *pushcert.Certificate, now time.Time) Certificate {
	v := Certificate{Topics: []string{}, Environments: []string{}}
	if c == nil {
		return v
	}
	algorithm, bits := c.Strength()
	v.Topic, v.Topics, v.Environments = c.Topic(), append(v.Topics, c.Topics()...), c.Environments()
	v.Subject, v.Issuer = Subject{c.UID(), c.CN(), c.Country()}, c.Issuer()
	v.Serials = Serials{c.SerialHex(), c.SerialDec()}
	v.NotBefore, v.Ends = new(problem.Time(c.X509.NotBefore)), EndsAt(c.X509.NotAfter, now)
	v.SHA256, v.Key = c.SHA256(), &Key{algorithm, bits}
	return v
}

// Stored is a certificate as other results mention it.
type Stored struct {
	Topic string `json:"topic"`
	Serials
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
	SHA256    string `json:"sha256"`
}

// NewStored is nil for no certificate, which JSON shows as null.
func NewStored(c *pushcert.Certificate) *Stored {
	if c == nil {
		return nil
	}
	v := NewCertificate(c, time.Time{})
	return &Stored{v.Topic, v.Serials, *v.NotBefore, *v.NotAfter, v.SHA256}
}
