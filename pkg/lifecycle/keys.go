package lifecycle

import "slices"

// keys lists every key of a profile, the likeliest for a new certificate first:
// pending (newest first), current, archived.
func (p *Profile) keys() []Key {
	var keys []Key
	for _, pending := range slices.Backward(p.Pending) {
		keys = append(keys, pending.Key)
	}
	if p.Certificate != nil && p.Certificate.Key != nil {
		keys = append(keys, *p.Certificate.Key)
	}
	for _, k := range slices.Backward(p.Keys) {
		keys = append(keys, k)
	}
	return keys
}

// KeyFor returns the profile's private key for a public key.
func (p *Profile) KeyFor(public string) (Key, bool) { return find(p.keys(), public) }

func find(keys []Key, public string) (Key, bool) {
	for _, k := range keys {
		if k.Public == public {
			return k, true
		}
	}
	return Key{}, false
}

// HolderOf names the profile that holds the private key of a public key; the first
// by name, since profiles may share one.
func (s *State) HolderOf(public string) (string, bool) {
	for _, name := range s.read() {
		if _, ok := s.Profiles[name].KeyFor(public); ok {
			return name, true
		}
	}
	return "", false
}

// IsOpen tells whether a request for that public key is out.
func (p *Profile) IsOpen(public string) bool {
	return slices.ContainsFunc(p.Pending, func(open Pending) bool { return open.Key.Public == public })
}

// archive puts a key away where it can still be found. No key is ever dropped.
func (p *Profile) archive(k Key) {
	if _, known := find(p.Keys, k.Public); !known {
		p.Keys = append(p.Keys, k)
	}
}

// closeRequests ends all requests: the keys move to the archive, so that the next
// request makes a new one and a late certificate still finds its own.
func (p *Profile) closeRequests() {
	for _, pending := range p.Pending {
		p.archive(pending.Key)
		if pending.Exchange != nil {
			p.archive(pending.Exchange.Key)
		}
	}
	p.Pending, p.Fetched = nil, nil
}
