package push

import (
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"runtime/debug"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// pushIdentityOptions say as whom to push: as the profile, or as what the files hold.
type pushIdentityOptions struct {
	certificate, key, passwordFile string
	p8, keyID, teamID              string
	topic                          string
}

// check refuses flags that contradict each other. APNs takes MDM pushes by certificate
// only (apns-reference.md 3.3).
func (o *pushIdentityOptions) check(app bool) error {
	for _, pair := range [][4]string{
		{"--key", o.key, "--certificate", o.certificate}, {"--key-id", o.keyID, "--p8", o.p8}, {"--team-id", o.teamID, "--p8", o.p8},
	} {
		if pair[1] != "" && pair[3] == "" {
			return problem.Say(problem.Usage, "flag-needs-flag", problem.Params{"flag": pair[0], "other": pair[2]})
		}
	}
	switch {
	case o.p8 == "":
		return nil
	case o.certificate != "":
		return problem.Say(problem.Usage, "exclusive.identities", nil)
	case !app:
		return problem.Say(problem.Usage, "push-p8-mdm", nil)
	case o.keyID == "" || o.teamID == "" || o.topic == "":
		return problem.Say(problem.Usage, "push-p8-incomplete", nil)
	}
	return nil
}

// pushIdentity is who pushes.
type pushIdentity struct {
	topic     string
	leaf      *pushcert.Certificate         // nil with a provider token
	open      func() (crypto.Signer, error) // the private key of leaf
	bearer    func() (string, error)        // nil with a certificate
	rehearsal bool                          // of a config file whose certificates Apple does not know
	profile   string                        // whose registered certificate leaf is; empty for one from a file
	untested  bool                          // it left for its server, and nothing shows yet that it wakes devices
}

// identify finds certificate or provider token, and checks what can be known before a
// connection. No private key is opened yet.
func (o *pushOptions) identify(ctx context.Context, kind *fleet.Kind) (*pushIdentity, error) {
	var id *pushIdentity
	var err error
	switch {
	case o.identity.p8 != "":
		if id, err = o.provider(); err != nil {
			return nil, err
		}
		return id, kind.CheckTopic(id.topic)
	case o.identity.certificate != "":
		id, err = o.fromFiles(ctx)
	default:
		id, err = o.fromProfile(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := o.fits(ctx, id.leaf, kind); err != nil {
		return nil, err
	}
	if id.topic, err = kind.Topic(id.leaf.Topics(), o.identity.topic); err != nil {
		return nil, err
	}
	if o.identity.certificate != "" && o.ProfileName() != "" {
		return id, o.sameAsProfile(ctx, id.topic)
	}
	return id, nil
}

// provider is a provider token, for app pushes.
func (o *pushOptions) provider() (*pushIdentity, error) {
	file, err := o.LookAt(o.identity.p8, o.identity.passwordFile)
	if isPKCS12(err) { // whatever the password is
		return nil, o.notProvider(pushcert.RoleUnknown, "not-p8.certificate", nil)
	}
	if err != nil {
		return nil, err
	}
	key := file.ProviderKey()
	switch {
	case key != nil:
	case file.Role != pushcert.RolePrivateKey && file.Leaf() != nil:
		return nil, o.notProvider(file.Role, "not-p8.certificate", nil)
	case file.Role != pushcert.RolePrivateKey:
		return nil, o.notProvider(file.Role, "not-p8", nil)
	case file.Keys[0].Signer == nil:
		return nil, problem.New(problem.PasswordMissing, nil)
	default:
		return nil, o.notProvider(file.Role, "not-p8.key", file.Keys[0])
	}
	bearer := apns.ProviderToken(key, o.identity.keyID, o.identity.teamID)
	return &pushIdentity{topic: o.identity.topic, bearer: bearer}, nil
}

// notProvider says what a file is that signs no provider tokens, and how it pushes, if it does.
func (o *pushOptions) notProvider(role pushcert.Role, text string, key *pushcert.Key) error {
	params := problem.Params{"file": disk.AsArgument(disk.Named(o.identity.p8)), "role": string(role), "command": o.again("p8", "key-id", "team-id")}
	if key != nil {
		params["algorithm"], params["bits"] = key.Algorithm(), strconv.Itoa(key.Bits())
	}
	return problem.Say(problem.WrongRole, text, params)
}

// isPKCS12 tells that a file was not opened, but is of the kind that holds a certificate.
func isPKCS12(err error) bool {
	p, ok := errors.AsType[*problem.Error](err)
	return ok && (p.Key() == "password-missing.p12" || p.Key() == "password-wrong.p12")
}

// fromProfile takes the registered certificate; its key stays sealed until it is needed.
func (o *pushOptions) fromProfile(ctx context.Context) (*pushIdentity, error) {
	s, err := o.State(ctx)
	if err != nil {
		return nil, err
	}
	name, p, err := o.Profile(s)
	if err != nil {
		return nil, err
	}
	leaf, err := p.Leaf(name)
	switch params := (problem.Params{"profile": name}); {
	case err != nil:
		return nil, err
	case leaf == nil:
		return nil, problem.New(problem.CertificateMissing, params)
	case p.Certificate.Key == nil:
		return nil, problem.Say(problem.KeyMissing, "elsewhere.push", params)
	case p.Certificate.Key.Public != leaf.PublicKey():
		return nil, problem.Say(problem.KeyMismatch, "stored", params)
	}
	id := &pushIdentity{leaf: leaf, rehearsal: s.TrustRoot != "", profile: name, untested: p.Untested()}
	id.open = func() (crypto.Signer, error) { return o.unseal(ctx, s, p.Certificate) }
	return id, nil
}

// unseal opens the profile's key. Deriving a key from a passphrase takes memory that a
// long run shall not hold on to.
func (o *pushOptions) unseal(ctx context.Context, s *lifecycle.State, held *lifecycle.Held) (crypto.Signer, error) {
	opener, err := o.Unlock(ctx, s, o.UnlockOptions)
	if err != nil {
		return nil, err
	}
	defer debug.FreeOSMemory()
	return opener.Open(*held.Key)
}

// fits checks that the certificate is of the kind that the push needs, and in date.
func (o *pushOptions) fits(ctx context.Context, leaf *pushcert.Certificate, kind *fleet.Kind) error {
	role := leaf.Role()
	switch app := role == pushcert.RoleAppPush || role == pushcert.RolePassPush; {
	case kind.MDM() && role != pushcert.RoleMDMPush:
		return lifecycle.WrongKind(role).Err()
	case !kind.MDM() && !app:
		return problem.Say(problem.WrongRole, "push-app", problem.Params{"role": string(role), "expected_role": string(pushcert.RoleAppPush), "command": o.asWake(ctx)})
	}
	for _, f := range pushcert.CheckDates(leaf, o.Now(), pushcert.Policy{WarnDays: -1, CriticalDays: -1}) {
		return f.Err()
	}
	return nil
}

// sameAsProfile compares a certificate from a file with the profile that was named.
func (o *pushOptions) sameAsProfile(ctx context.Context, topic string) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, leaf, err := o.Leaf(s)
	if err != nil || leaf == nil || leaf.Topic() == topic {
		return err
	}
	return problem.Say(problem.TopicMismatch, "push-profile", problem.Params{
		"profile": name, "topic": topic, "stored_topic": leaf.Topic(), "command": o.again("certificate", "key", "file-password-file"),
	})
}

// tls is the configuration of the connections. It opens the private key.
func (id *pushIdentity) tls() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if id.open == nil {
		return config, nil
	}
	key, err := id.open()
	if err != nil {
		return nil, err
	}
	config.Certificates = []tls.Certificate{{Certificate: [][]byte{id.leaf.X509.Raw}, PrivateKey: key, Leaf: id.leaf.X509}}
	return config, nil
}
