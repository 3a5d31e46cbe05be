package gate

import (
	"crypto"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Candidate is one certificate that wants to be registered, with the key that came with it.
type Candidate struct {
	Name        string // of its file; "-" is standard input
	Certificate *pushcert.Certificate
	Key         *pushcert.Key // nil: the profile has it
	// Findings say which certificate of its file it is, where that holds several.
	Findings []problem.Finding
	// Beside are the certificates of its file, whose authorities may be those that its chain needs.
	Beside []*pushcert.Certificate
}

// rules are those of the whole import, with the authorities that lie beside the certificate.
func (c Candidate) rules(of lifecycle.ImportOptions) lifecycle.ImportOptions {
	of.Trust = of.Trust.Beside(c.Beside)
	return of
}

// files gathers the files of one import.
type files struct {
	certificates []Candidate
	rivals       []*pushcert.Certificate // and those that came in one file with them
	keys         []*pushcert.Key
	alone        []keyFile
}

// keyFile is a file with keys and no certificate.
type keyFile struct {
	name string
	keys []*pushcert.Key
}

// add takes a file up. One that has neither a push certificate nor a key is a wrong-role
// problem.
func (f *files) add(name string, file *pushcert.File) error {
	f.keys = append(f.keys, file.Keys...)
	leaf := file.Leaf()
	switch {
	case leaf == nil && len(file.Keys) == 0:
		return lifecycle.WrongFile(file).Err()
	case leaf == nil:
		f.alone = append(f.alone, keyFile{name, file.Keys})
		return nil
	}
	f.certificates = append(f.certificates, Candidate{
		Name: name, Certificate: leaf, Key: file.GivenKey(), Findings: problem.Only(file.Findings, problem.SeveralCertificates),
		Beside: file.Certificates,
	})
	f.rivals = append(f.rivals, file.Rivals()...)
	return nil
}

// strays are the key files that belong to none of the certificates, where that is not yet told by the
// refusal of the one certificate that it can be meant for.
func (f *files) strays() (names []string) {
	for _, file := range f.alone {
		given := func(c Candidate) bool { return slices.Contains(file.keys, c.Key) }
		fits := func(c *pushcert.Certificate) bool {
			return slices.ContainsFunc(file.keys, func(k *pushcert.Key) bool { return c.PublicKey() == k.PublicKey() })
		}
		if !slices.ContainsFunc(f.certificates, given) && !slices.ContainsFunc(f.rivals, fits) {
			names = append(names, file.name)
		}
	}
	return names
}

// keyFor picks the key of a certificate. One that does not match is passed on, to be refused
// with the right words, where it can be meant for no other: it stands beside the certificate in
// one file, or one certificate and one key were given.
func (f *files) keyFor(c Candidate) *pushcert.Key {
	public := c.Certificate.PublicKey()
	for _, k := range f.keys {
		if k.PublicKey() == public {
			return k
		}
	}
	if c.Key == nil && len(f.keys) == 1 && len(f.certificates) == 1 {
		return f.keys[0]
	}
	return c.Key
}

// Register takes a certificate over into its profile, or refuses it; seal seals the key that
// came with it. The rules are those of [lifecycle.State.Import].
func Register(s *lifecycle.State, c Candidate, seal func(crypto.Signer) (lifecycle.Key, error), rules lifecycle.ImportOptions) (*lifecycle.Outcome, error) {
	in := lifecycle.Candidate{Certificate: c.Certificate}
	if c.Key != nil {
		if c.Key.Signer == nil {
			return nil, problem.New(problem.KeyEncrypted, problem.Params{"file": called(c.Name)})
		}
		key, err := seal(c.Key.Signer)
		if err != nil {
			return nil, err
		}
		in.Key = &key
	}
	out, err := s.Import(in, c.rules(rules))
	if err == nil {
		out.Findings = append(out.Findings, c.Findings...)
	}
	return out, err
}

// Remember notes the topic of a certificate that was refused while nothing was known of its
// profile: an expired one, or one whose key is lost, still tells what the devices listen on,
// and the next certificate has to have the same. Created tells that this made the profile.
func Remember(s *lifecycle.State, c Candidate, rules lifecycle.ImportOptions) (noted, created bool, err error) {
	before := len(s.Profiles)
	noted, err = s.Remember(c.Certificate, c.rules(rules))
	return noted, len(s.Profiles) > before, err
}

// called is the name of a file for a sentence; standard input has none.
func called(name string) string {
	if name == "-" {
		return "(stdin)"
	}
	return name
}
