package portal

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// readChain reads the certificates of the chain string, and holds Apple's condition that PEM
// lines have exactly 64 characters, the last line of each certificate at most 64 [A]. Blank lines
// and white space around lines are known to pass; other text outside of the certificates is let
// through, for nobody reports that it is refused [U]. What the certificates are is checked later.
func readChain(text string) ([]*x509.Certificate, error) {
	var l chainLines
	for i, line := range strings.Split(text, "\n") {
		if why, err := l.take(strings.Trim(line, whiteSpace)); err != nil {
			return nil, refuse(why, fmt.Errorf("line %d of the chain: %w", i+1, err))
		}
	}
	if l.inside {
		return nil, refuse(flawChainPEM, errors.New("the last certificate of the chain does not end"))
	}
	return l.chain, nil
}

// chainLines reads a chain line by line.
type chainLines struct {
	chain         []*x509.Certificate
	body          strings.Builder
	inside, short bool // in a certificate, and past a line that has to be its last
}

func (l *chainLines) take(line string) (flaw, error) {
	const columns, begin, end = 64, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
	switch {
	case line == "":
	case line == begin && !l.inside:
		l.inside, l.short = true, false
		l.body.Reset()
	case line == end && l.inside:
		l.inside = false
		certificate, err := readCertificate(l.body.String())
		l.chain = append(l.chain, certificate)
		return flawChainPEM, err
	case strings.Contains(line, "-----"):
		return flawChainPEM, errors.New("no certificate can begin or end there")
	case l.inside && (l.short || len(line) > columns):
		return flawChainLines, fmt.Errorf("it, or the one before, has not %d characters", columns)
	case l.inside:
		l.short = len(line) < columns
		l.body.WriteString(line)
	}
	return "", nil
}

func readCertificate(body string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// readPath finds the vendor and its issuer among the certificates, and holds them against
// this simulator's root. Apple states the order vendor, WWDR, root [A]; what it does with
// another order, without the root, or with more certificates is not known, so that all
// of these pass [U]. An intermediate that is missing is missed, as the vendor cannot be
// traced without it.
func readPath(root *x509.Certificate, chain []*x509.Certificate) (vendor, relations *x509.Certificate, err error) {
	var leaves, intermediates, roots []*x509.Certificate
	for _, c := range chain {
		switch {
		case !c.IsCA:
			leaves = append(leaves, c)
		case bytes.Equal(c.RawSubject, c.RawIssuer):
			roots = append(roots, c)
		default:
			intermediates = append(intermediates, c)
		}
	}
	if len(leaves) == 0 {
		return nil, nil, refuse(flawChainShort, errors.New("the vendor certificate is missing"))
	}
	if len(intermediates) == 0 {
		return nil, nil, refuse(flawChainShort, errors.New("the vendor's issuer is missing"))
	}
	if len(roots) > 0 && !slices.ContainsFunc(roots, root.Equal) {
		return nil, nil, refuse(flawChainRoot, errors.New("the root is not this simulator's"))
	}
	vendor = pickVendor(leaves)
	relations, err = issuerOf(root, vendor, intermediates)
	return vendor, relations, err
}

// pickVendor takes the first that is marked as a vendor; if none is, the first, for its
// role to be refused.
func pickVendor(leaves []*x509.Certificate) *x509.Certificate {
	return leaves[max(0, slices.IndexFunc(leaves, ca.IsVendor))]
}

// issuerOf finds the intermediate that signed the vendor and was signed by the root.
func issuerOf(root, vendor *x509.Certificate, intermediates []*x509.Certificate) (*x509.Certificate, error) {
	var failure error
	for _, c := range intermediates {
		if err := vendor.CheckSignatureFrom(c); err != nil {
			failure = fmt.Errorf("%s did not issue the vendor certificate: %w", c.Subject.CommonName, err)
			continue
		}
		err := c.CheckSignatureFrom(root)
		if err == nil {
			return c, nil
		}
		failure = fmt.Errorf("the root did not issue %s: %w", c.Subject.CommonName, err)
	}
	return nil, refuse(flawChainSignature, failure)
}
