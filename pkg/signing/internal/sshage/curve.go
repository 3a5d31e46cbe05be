package sshage

import (
	"crypto/ed25519"
	"math/big"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
)

// montgomery maps an Ed25519 public key to its u-coordinate on Curve25519, u = (1+y)/(1-y) (RFC 7748, section 4.1).
// An encoding that is not canonical, no point, or the identity is malformed. Everything here is public, so that the
// arithmetic need not take the same time for each.
func montgomery(key ed25519.PublicKey) ([]byte, error) {
	field := new(big.Int).Lsh(big.NewInt(1), 255)
	field.Sub(field, big.NewInt(19))

	encoded := slices.Clone(key)
	encoded[31] &= 0x7f // the sign of x
	slices.Reverse(encoded)
	y := new(big.Int).SetBytes(encoded)
	above, below := new(big.Int).Add(big.NewInt(1), y), new(big.Int).Sub(big.NewInt(1), y)
	if y.Cmp(field) >= 0 || below.Sign() == 0 || !onCurve(y, field) {
		return nil, sshkey.ErrMalformed
	}
	u := above.Mul(above, below.ModInverse(below, field))
	encoded = u.Mod(u, field).FillBytes(encoded)
	slices.Reverse(encoded)
	return encoded, nil
}

// onCurve tells whether there is an x for a y of Ed25519 (RFC 8032, section 5.1.3): x² = (y²-1) / (dy²+1), where
// d = -121665/121666. A quotient is a square where the product is.
func onCurve(y, field *big.Int) bool {
	const a, b = 121665, 121666
	square := new(big.Int).Mul(y, y)
	product := new(big.Int).Sub(square, big.NewInt(1))
	square.Mul(square, big.NewInt(-a)).Add(square, big.NewInt(b))
	product.Mul(product, square).Mul(product, big.NewInt(b))
	return big.Jacobi(product.Mod(product, field), field) >= 0
}
