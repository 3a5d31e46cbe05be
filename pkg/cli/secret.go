package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/spf13/pflag"
)

// PassphraseOptions are the flags that say where the config file's passphrase is.
type PassphraseOptions struct{ PassphraseFile, PassphraseCommand string }

// Flags defines the flags.
func (o *PassphraseOptions) Flags(f *pflag.FlagSet) {
	f.StringVar(&o.PassphraseFile, "passphrase-file", "", "FILE")
	f.StringVar(&o.PassphraseCommand, "passphrase-command", "", "LINE")
}

func (o PassphraseOptions) place() secret.Place {
	return secret.Place{File: o.PassphraseFile, Command: o.PassphraseCommand}
}

// UnlockOptions are the flags of commands that unseal a private key.
type UnlockOptions struct {
	PassphraseOptions

	Identity string
}

// Flags defines the flags.
func (o *UnlockOptions) Flags(f *pflag.FlagSet) {
	o.PassphraseOptions.Flags(f)
	f.StringVar(&o.Identity, "identity", "", "FILE")
}

// Unlock opens the file's private keys: with an identity given, else with the
// passphrase, unless the file holds its identity unsealed. Keys that further recipients wait for
// are sealed to them when the command writes the file or ends well.
func (e *Env) Unlock(ctx context.Context, s *lifecycle.State, o UnlockOptions) (*signing.Opener, error) {
	opener, err := e.UnlockToLook(ctx, s, o)
	if err == nil && opener.Vouches() && signing.Waiting(s) > 0 {
		e.completer = opener
	}
	return opener, err
}

// UnlockToLook is Unlock for a command that changes nothing. Whoever opens with an identity of their
// own is told that the recipients are unchecked, once anything was opened.
func (e *Env) UnlockToLook(ctx context.Context, s *lifecycle.State, o UnlockOptions) (*signing.Opener, error) {
	opener, err := e.unlock(ctx, s, o)
	if err == nil && !opener.Vouches() {
		opener.Opened = sync.OnceFunc(func() { e.remark(problem.Found(problem.RecipientsUnchecked, problem.Info, nil)) })
	}
	return opener, err
}

// remark tells of something besides, in the result and to a person.
func (e *Env) remark(f problem.Finding) {
	e.Remarks = append(e.Remarks, f)
	e.Warn(f)
}

// remarkWaiting tells that a new key is sealed to the owner, while so many others wait for it.
func (e *Env) remarkWaiting(others int) {
	if others > 0 {
		e.remark(problem.Found(problem.RecipientsWaiting, problem.Info, problem.Params{"count": strconv.Itoa(others)}))
	}
}

// unlock tries a passphrase of other than ASCII letters in each of its spellings, for it may have
// been typed on another system.
func (e *Env) unlock(ctx context.Context, s *lifecycle.State, o UnlockOptions) (*signing.Opener, error) {
	if o.Identity != "" {
		return e.unlockWith(s.Sealing, o.Identity)
	}
	if s.Sealing.UnsealedIdentity != "" {
		opener, err := signing.Unlock(s.Sealing, nil)
		return opener.With(e.plugins()), err
	}
	question := e.T("output.ask.passphrase", nil)
	place := o.place()
	for tries := e.secrets().PassphraseTries(place); ; tries-- {
		passphrase, err := e.secrets().Passphrase(ctx, place, question)
		if err != nil {
			return nil, err
		}
		opener, err := e.spelled(s.Sealing, passphrase)
		if err == nil && e.OnTyped != nil && !e.Passphrased(o.PassphraseOptions) {
			e.OnTyped(passphrase)
		}
		if tries == 1 || !hasCode(err, problem.PassphraseWrong) {
			return opener, err
		}
		question = e.T("output.ask.passphrase-wrong", nil)
	}
}

// unlockWith opens keys with the identity of a file.
func (e *Env) unlockWith(sealing lifecycle.Sealing, file string) (*signing.Opener, error) {
	identity, err := e.ReadText(file)
	if err != nil {
		return nil, err
	}
	opener, err := signing.UnlockWith(sealing, identity, e.plugins())
	if hasCode(err, problem.PassphraseMissing) && file != disk.Stdio {
		problem.Of(err).Params = problem.Params{"file": file}
	}
	return opener, err
}

// spelled tries each spelling of a passphrase.
func (e *Env) spelled(sealing lifecycle.Sealing, passphrase []byte) (opener *signing.Opener, err error) {
	for _, spelling := range decode.Spellings(passphrase) {
		if opener, err = signing.Unlock(sealing, spelling); !hasCode(err, problem.PassphraseWrong) {
			break
		}
	}
	return opener.With(e.plugins()), err
}

// Complete seals the keys of s that further recipients wait for to them, once the file was opened.
func (e *Env) Complete(s *lifecycle.State) error {
	if e.completer == nil {
		return nil
	}
	n, err := e.completer.Complete(s)
	if err == nil && n > 0 {
		e.Note("recipients.completed", problem.Params{"count": strconv.Itoa(n)})
	}
	return err
}

// completeAlone is Complete for a command that has ended well and did not write the file. That it
// cannot be written is no reason to fail: the others wait on.
func (e *Env) completeAlone(ctx context.Context) {
	if e.completer == nil {
		return
	}
	if err := e.Update(ctx, func(*lifecycle.State) error { return nil }); err != nil {
		e.Note("recipients.waiting", problem.Params{"detail": e.Message(problem.Of(err))})
	}
}

func hasCode(err error, code problem.Code) bool { return err != nil && problem.Of(err).Code == code }

// secrets are where secrets come from. What a program complains of is shown to a person alone, for a
// log keeps what it is told.
func (e *Env) secrets() secret.Sources {
	s := secret.Sources{Getenv: e.Getenv, Read: e.readSecret}
	if e.IO.CanAsk() {
		s.Ask = e.IO.AskSecret
	}
	if e.IO.ErrTTY {
		s.Remarks = e.IO.Err
	}
	return s
}

// GivenPassphrase is the passphrase as far as nobody has to be asked, see [secret.Sources.Given].
func (e *Env) GivenPassphrase(ctx context.Context, o PassphraseOptions) ([]byte, error) {
	return e.secrets().Given(ctx, o.place())
}

// Passphrased tells that there is a passphrase for which nobody has to be asked.
func (e *Env) Passphrased(o PassphraseOptions) bool { return e.secrets().Passphrased(o.place()) }

// Secret reads from the file given, the variable, or the terminal, in this order.
func (e *Env) Secret(file, variable, question string) ([]byte, error) {
	return e.secrets().Find(file, variable, question)
}

// readSecret reads a file with a secret, and tells of one that others than its owner can open.
func (e *Env) readSecret(name string) ([]byte, error) {
	if err := e.GuardSecret("file:", name); err != nil { // those of flags were looked at before
		return nil, err
	}
	data, err := e.Read(name)
	const others = 0o077
	info, missing := os.Stat(name)
	if err == nil && missing == nil && state.ModesCount() && info.Mode().IsRegular() && info.Mode().Perm()&others != 0 {
		e.Note("secret-wide", problem.Params{"file": name, "mode": fmt.Sprintf("%04o", info.Mode().Perm())})
	}
	return data, err
}

// filePassword is the password of a .p12 or an encrypted key. The question names the file,
// for there may be many.
func (e *Env) filePassword(name, passwordFile string, again bool) ([]byte, error) {
	key := "output.ask.file-password"
	if again {
		key = "output.ask.file-password-wrong"
	}
	return e.Secret(passwordFile, secret.FilePasswordVariable, e.T(key, problem.Params{"file": disk.Named(name)}))
}

// Signer unlocks the vendor identity that signs now, once it is known to be of use.
func (e *Env) Signer(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms, o UnlockOptions) (*signing.Signer, error) {
	vendor, err := signing.VendorOf(s, terms)
	if err != nil {
		return nil, err
	}
	opener, err := e.Unlock(ctx, s, o)
	if err != nil {
		return nil, err
	}
	return vendor.Unlock(opener)
}
