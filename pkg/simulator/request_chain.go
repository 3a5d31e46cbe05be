package simulator

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// readPath finds the vendor and its issuer among the certificates, and holds them against
// this simulator's root. Apple states the order vendor, WWDR, root [A]; what it does with
// another order, without the root, or with more certificates is not known, so that all
// of these pass [U]. An intermediate that is missing is missed, as the vendor cannot be
// traced without it.
func (t *tree) readPath(chain []*x509.Certificate) (vendor, relations *x509.Certificate, err error) {
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
	if len(roots) > 0 && !slices.ContainsFunc(roots, t.root.cert.Equal) {
		return nil, nil, refuse(flawChainRoot, errors.New("the root is not this simulator's"))
	}
	vendor = pickVendor(leaves)
	relations, err = t.issuerOf(vendor, intermediates)
	return vendor, relations, err
}

// pickVendor takes the first that is marked as a vendor; if none is, the first, for its
// role to be refused.
func pickVendor(leaves []*x509.Certificate) *x509.Certificate {
	return leaves[max(0, slices.IndexFunc(leaves, isVendor))]
}

// isVendor says whether a certificate is made for signing push requests. Where Apple marks
// that is known from one source only [U], so that either place will do.
func isVendor(c *x509.Certificate) bool {
	return oidVendorRole.marks(c) || oidVendorRole.isIn(c.UnknownExtKeyUsage)
}

// issuerOf finds the intermediate that signed the vendor and was signed by the root.
func (t *tree) issuerOf(vendor *x509.Certificate, intermediates []*x509.Certificate) (*x509.Certificate, error) {
	var failure error
	for _, c := range intermediates {
		if err := vendor.CheckSignatureFrom(c); err != nil {
			failure = fmt.Errorf("%s did not issue the vendor certificate: %w", c.Subject.CommonName, err)
			continue
		}
		err := c.CheckSignatureFrom(t.root.cert)
		if err == nil {
			return c, nil
		}
		failure = fmt.Errorf("the root did not issue %s: %w", c.Subject.CommonName, err)
	}
	return nil, refuse(flawChainSignature, failure)
}
