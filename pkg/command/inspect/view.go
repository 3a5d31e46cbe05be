package inspect

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// View is one file. Fields that its role does not have are empty or null.
type View struct {
	Path      string        `json:"path"`
	Role      pushcert.Role `json:"role"`
	Topic     string        `json:"topic"`
	Subject   SubjectView   `json:"subject"`
	Issuer    string        `json:"issuer"`
	SerialHex string        `json:"serial_hex"`
	SerialDec string        `json:"serial_dec"`
	NotBefore *string       `json:"not_before"`
	NotAfter  *string       `json:"not_after"`
	DaysLeft  *int          `json:"days_left"`
	SHA256    string        `json:"sha256"`
	Key       *KeyView      `json:"key"`
	Topics    []string      `json:"topics"`
	// Environments are the APNs hosts that take the certificate.
	Environments []string           `json:"environments"`
	Chain        *ChainView         `json:"chain"`
	Vendor       *RequestVendorView `json:"vendor"` // who signed a request
	Name         string             `json:"name"`   // of a token's server or location
	Findings     []cli.FindingView  `json:"findings"`
}

// RequestVendorView is the result of request vendor in JSON.
type RequestVendorView struct {
	Organization string `json:"organization"`
	SerialHex    string `json:"serial_hex"`
	NotAfter     string `json:"not_after"`
}

// SubjectView is the result of subject in JSON.
type SubjectView struct {
	UID string `json:"uid"`
	CN  string `json:"cn"`
	C   string `json:"c"`
}

// KeyView is the result of key in JSON.
type KeyView struct {
	Algorithm string `json:"algorithm"`
	Bits      int    `json:"bits"`
}

// String is empty for a key that is absent or still encrypted.
func (k *KeyView) String() string {
	if k == nil || k.Bits == 0 {
		return ""
	}
	return k.Algorithm + " " + strconv.Itoa(k.Bits)
}

// ChainView is the result of chain in JSON.
type ChainView struct {
	Verified  bool   `json:"verified"`
	Anchor    string `json:"anchor"`
	Simulated bool   `json:"simulated"`
}

// inspectFields are the values that --field can print bare.
func inspectFields() map[string]func(View) string {
	return map[string]func(View) string{
		"path":       func(v View) string { return v.Path },
		"role":       func(v View) string { return string(v.Role) },
		"topic":      func(v View) string { return v.Topic },
		"uid":        func(v View) string { return v.Subject.UID },
		"cn":         func(v View) string { return v.Subject.CN },
		"c":          func(v View) string { return v.Subject.C },
		"issuer":     func(v View) string { return v.Issuer },
		"serial_hex": func(v View) string { return v.SerialHex },
		"serial_dec": func(v View) string { return v.SerialDec },
		"not_before": func(v View) string { return deref(v.NotBefore) },
		"not_after":  func(v View) string { return deref(v.NotAfter) },
		"sha256":     func(v View) string { return v.SHA256 },
		"key":        func(v View) string { return v.Key.String() },
		"topics":     func(v View) string { return strings.Join(v.Topics, " ") },
		"name":       func(v View) string { return v.Name },

		"environments": func(v View) string { return strings.Join(v.Environments, " ") },
		"days_left": func(v View) string {
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
