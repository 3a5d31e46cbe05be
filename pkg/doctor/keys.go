package doctor

import (
	"encoding/pem"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// maxFaults is how many causes of one kind are told: nobody reads a thousand.
const maxFaults = 8

// keyCheck compares the keys of the file with its certificates and requests. Where they can
// be opened they are, for sealing to a recipient proves nothing about who wrote the file; the
// opener is then for the certificate's check too.
func keyCheck(s *lifecycle.State, unlock func() (Opener, error)) (Check, Opener, error) {
	c := newCheck(checkKeyPair)
	if s == nil {
		c.skip("key-pair.none", nil)
		return c, nil, nil
	}
	pairs := keyPairs(s)
	if len(pairs) == 0 {
		c.skip("key-pair.empty", nil)
		return c, nil, nil
	}
	c.compare(pairs)
	if unlock == nil {
		c.see("key-pair.sealed", nil)
		return c, nil, nil
	}
	opener, err := unlock()
	if err != nil {
		p := problem.Of(err)
		if p.Code.Exit() != problem.ExitState {
			return c, nil, err // the flags are to be corrected, not the keys
		}
		c.fail(problem.ExitState, Cause{Problem: p})
		return c, nil, nil
	}
	c.openAll(pairs, func(k lifecycle.Key) error { _, err := opener.Open(k); return err })
	return c, opener, nil
}

// keyPair is a private key of the file, and what was made with it.
type keyPair struct {
	owner  string // a profile, or "vendor"
	key    lifecycle.Key
	public string         // of the certificate or request beside it
	other  *problem.Error // what is wrong if the two differ
	broken *problem.Error // the certificate or request cannot be read
}

// keyPairs lists the pairs by profile, then the vendor's. Certificates whose key lives
// elsewhere have none.
func keyPairs(s *lifecycle.State) []keyPair {
	var pairs []keyPair
	for _, name := range s.Names() {
		p := s.Profiles[name]
		if p.Certificate != nil && p.Certificate.Key != nil {
			pair := keyPair{owner: name, key: *p.Certificate.Key}
			pair.other = problem.Say(problem.KeyMismatch, "stored", problem.Params{"profile": name})
			if leaf, err := p.Leaf(name); err == nil {
				pair.public = leaf.PublicKey()
			} else {
				pair.broken = problem.Of(err)
			}
			pairs = append(pairs, pair)
		}
		pairs = append(pairs, pendingPairs(name, p.Pending)...)
	}
	const vendor = "vendor"
	for _, id := range s.Vendor.Identities {
		pair := keyPair{owner: vendor, key: id.Key}
		leaves, err := pushcert.ParseChain(id.PEM)
		if err != nil || len(leaves) == 0 {
			pair.broken = problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": vendor})
		} else {
			pair.public = leaves[0].PublicKey()
			pair.other = problem.Say(problem.KeyMismatch, "vendor", problem.Params{
				"serial": leaves[0].SerialHex(), "subject": leaves[0].Subject(),
			})
		}
		pairs = append(pairs, pair)
	}
	return append(pairs, pendingPairs(vendor, s.Vendor.Pending)...)
}

// pendingPairs are keys with the request that is out for them.
func pendingPairs(owner string, all []lifecycle.Pending) []keyPair {
	var pairs []keyPair
	for _, p := range all {
		pair := keyPair{owner: owner, key: p.Key}
		if public, ok := requestKey(p.CSR); ok {
			pair.public = public
		} else {
			pair.broken = problem.Say(problem.StateDamaged, "csr", nil)
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// requestKey is the public key of a CSR in PEM; false if it is none.
func requestKey(text string) (public string, ok bool) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return "", false
	}
	csr, err := pushcert.ParseCSR(block.Bytes)
	if err != nil {
		return "", false
	}
	return csr.PublicKey(), true
}

// compare looks at public keys alone.
func (c *Check) compare(pairs []keyPair) {
	c.see("key-pair.compared", problem.Params{"pairs": strconv.Itoa(len(pairs))})
	for _, p := range pairs {
		switch {
		case len(c.Causes) == maxFaults:
			return
		case p.broken != nil:
			c.fail(problem.ExitState, Cause{Problem: p.broken, About: p.owner})
		case p.public == p.key.Public:
		case p.other != nil:
			c.fail(problem.ExitState, Cause{Problem: p.other})
		default:
			c.fail(problem.ExitState, Cause{Key: "key-pair.request", Params: problem.Params{"owner": p.owner}})
		}
	}
}

// openAll opens the private keys. A wrong passphrase or identity is told once.
func (c *Check) openAll(pairs []keyPair, open func(lifecycle.Key) error) {
	opened := 0
	for _, p := range pairs {
		err := open(p.key)
		if err == nil {
			opened++
			continue
		}
		known := problem.Of(err)
		c.fail(problem.ExitState, Cause{Problem: known, About: p.owner})
		if known.Code == problem.PassphraseWrong || len(c.Causes) >= maxFaults {
			break
		}
	}
	c.see("key-pair.opened", problem.Params{"opened": strconv.Itoa(opened)})
}
