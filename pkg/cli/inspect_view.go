package cli

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspectView is one file. Fields that its role does not have are empty or null.
type inspectView struct {
	Path      string        `json:"path"`
	Role      pushcert.Role `json:"role"`
	Topic     string        `json:"topic"`
	Subject   subjectView   `json:"subject"`
	Issuer    string        `json:"issuer"`
	SerialHex string        `json:"serial_hex"`
	SerialDec string        `json:"serial_dec"`
	NotBefore *string       `json:"not_before"`
	NotAfter  *string       `json:"not_after"`
	DaysLeft  *int          `json:"days_left"`
	SHA256    string        `json:"sha256"`
	Key       *keyView      `json:"key"`
	Topics    []string      `json:"topics"`
	// Environments are the APNs hosts that take the certificate.
	Environments []string           `json:"environments"`
	Chain        *chainView         `json:"chain"`
	Vendor       *requestVendorView `json:"vendor"` // who signed a request
	Name         string             `json:"name"`   // of a token's server or location
	Findings     []findingView      `json:"findings"`
}

type requestVendorView struct {
	Organization string `json:"organization"`
	SerialHex    string `json:"serial_hex"`
	NotAfter     string `json:"not_after"`
}

type subjectView struct {
	UID string `json:"uid"`
	CN  string `json:"cn"`
	C   string `json:"c"`
}

type keyView struct {
	Algorithm string `json:"algorithm"`
	Bits      int    `json:"bits"`
}

// String is empty for a key that is absent or still encrypted.
func (k *keyView) String() string {
	if k == nil || k.Bits == 0 {
		return ""
	}
	return k.Algorithm + " " + strconv.Itoa(k.Bits)
}

type chainView struct {
	Verified  bool   `json:"verified"`
	Anchor    string `json:"anchor"`
	Simulated bool   `json:"simulated"`
}

// inspectFields are the values that --field can print bare.
func inspectFields() map[string]func(inspectView) string {
	return map[string]func(inspectView) string{
		"path":       func(v inspectView) string { return v.Path },
		"role":       func(v inspectView) string { return string(v.Role) },
		"topic":      func(v inspectView) string { return v.Topic },
		"uid":        func(v inspectView) string { return v.Subject.UID },
		"cn":         func(v inspectView) string { return v.Subject.CN },
		"c":          func(v inspectView) string { return v.Subject.C },
		"issuer":     func(v inspectView) string { return v.Issuer },
		"serial_hex": func(v inspectView) string { return v.SerialHex },
		"serial_dec": func(v inspectView) string { return v.SerialDec },
		"not_before": func(v inspectView) string { return deref(v.NotBefore) },
		"not_after":  func(v inspectView) string { return deref(v.NotAfter) },
		"sha256":     func(v inspectView) string { return v.SHA256 },
		"key":        func(v inspectView) string { return v.Key.String() },
		"topics":     func(v inspectView) string { return strings.Join(v.Topics, " ") },
		"name":       func(v inspectView) string { return v.Name },

		"environments": func(v inspectView) string { return strings.Join(v.Environments, " ") },
		"days_left": func(v inspectView) string {
			if v.DaysLeft == nil {
				return ""
			}
			return strconv.Itoa(*v.DaysLeft)
		},
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
