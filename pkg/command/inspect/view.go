package inspect

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// View is one file. Fields that its role does not have are empty or null.
type View struct {
	Path string        `json:"path"`
	Role pushcert.Role `json:"role"`
	report.Certificate
	Chain    *ChainView         `json:"chain"`
	Vendor   *RequestVendorView `json:"vendor"` // who signed a request
	Name     string             `json:"name"`   // of a token's server or location
	Findings []problem.View     `json:"findings"`
}

// RequestVendorView is who signed a request.
type RequestVendorView struct {
	Organization string  `json:"organization"`
	SerialHex    string  `json:"serial_hex"`
	NotAfter     *string `json:"not_after"`
}

// ChainView is how far a certificate goes back to an authority.
type ChainView struct {
	Verified  bool   `json:"verified"`
	Anchor    string `json:"anchor"`
	Simulated bool   `json:"simulated"`
}

// view is what JSON shows of a file.
func (o *inspectOptions) view(r inspected) View {
	v := View{Path: r.name, Role: r.role(), Certificate: report.NewCertificate(r.leaf(), o.Now()), Findings: o.FindingViews(r.findings)}
	f := r.file
	if f == nil {
		return v
	}
	if r.leaf() != nil {
		v.Chain = &ChainView{r.chain.Verified, r.chain.Anchor, r.chain.Simulated}
		return v
	}
	v.Topic = f.Topic
	token, isToken := lifecycle.TokenOf(f)
	switch csr := requested(f); {
	case csr != nil:
		v.Certificate.Key, v.Subject = keyOf(csr.Strength()), report.Subject{CN: csr.X509.Subject.CommonName}
		if len(csr.X509.Subject.Country) > 0 {
			v.Subject.C = csr.X509.Subject.Country[0]
		}
	case f.Request == nil && len(f.Keys) > 0:
		v.Certificate.Key = keyOf(f.Keys[0].Algorithm(), f.Keys[0].Bits())
	case isToken:
		v.Name, v.Ends = token.Name, report.EndsAt(token.NotAfter, o.Now())
	}
	if vendor := signer(f); vendor != nil {
		c := report.NewCertificate(vendor, o.Now())
		v.Vendor = &RequestVendorView{vendor.Organization(), c.SerialHex, c.NotAfter}
	}
	return v
}

// requested is the CSR of a file, inside a request or alone.
func requested(f *pushcert.File) *pushcert.CSR {
	if f.Request != nil {
		return f.Request.CSR
	}
	return f.CSR
}

// signer is the vendor certificate that a request came with.
func signer(f *pushcert.File) *pushcert.Certificate {
	if f.Request == nil || len(f.Request.Chain) == 0 {
		return nil
	}
	return f.Request.Chain[0]
}

func keyOf(algorithm string, bits int) *report.Key {
	return &report.Key{Algorithm: algorithm, Bits: bits}
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
		"key":        func(v View) string { return v.Certificate.Key.String() },
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
