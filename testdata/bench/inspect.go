package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

// reader is a program that reads the certificates of a folder.
type reader struct {
	name   string
	rounds int
	run    func(context.Context) *exec.Cmd
}

// inspect measures how long whole processes take to read the same distinct certificates.
func inspect(ctx context.Context, s settings) error {
	dir, err := os.MkdirTemp("", "apnsctl-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	folder, root := filepath.Join(dir, "certificates"), filepath.Join(dir, "root.pem")
	if err := writeCertificates(folder, root, s.files); err != nil {
		return err
	}
	readers, err := readersOf(ctx, dir, folder, root, s)
	if err != nil {
		return err
	}
	times := map[string]time.Duration{}
	for _, r := range readers {
		var all []time.Duration
		for range r.rounds {
			took, err := timed(r.run(ctx))
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			all = append(all, took)
		}
		slices.Sort(all)
		times[r.name] = all[len(all)/2]
	}
	fmt.Printf("\n%d distinct PEM files (%s)\n", s.files, time.Now().UTC().Format(time.DateOnly))
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "program\trounds\tseconds\tus a file\t")
	for _, r := range readers {
		took := times[r.name]
		fmt.Fprintf(w, "%s\t%d\t%.2f\t%.1f\t\n", r.name, r.rounds, took.Seconds(), float64(took.Microseconds())/float64(s.files))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	ours := times[oursText].Seconds()
	missed := !goal("of the plain Go loop's speed", times[plainName].Seconds()/ours, 0.8, true)
	missed = !goal("of the plain Go loop's speed, as JSON", times[plainName].Seconds()/times[oursJSON].Seconds(), 0.8, true) || missed
	missed = !goal("times a shell loop over openssl x509", times[opensslName].Seconds()/ours, 200, true) || missed
	if certigo, measured := times[certigoName]; measured {
		return verdict(!goal("times certigo dump", certigo.Seconds()/ours, 8, true) || missed)
	}
	fmt.Println("  certigo is not installed: not compared with it")
	return verdict(missed)
}

const (
	oursText    = "apnsctl inspect"
	oursJSON    = "apnsctl inspect -o json"
	plainName   = "plain Go loop"
	opensslName = "shell loop over openssl x509"
	certigoName = "certigo dump"
)

// readersOf are the programs: ours as it is built for a release, and its peers.
func readersOf(ctx context.Context, dir, folder, root string, s settings) ([]reader, error) {
	binary := filepath.Join(dir, "apnsctl")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "github.com/apnsctl/apnsctl/cmd/apnsctl")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, out)
	}
	program := func(name string, args ...string) func(context.Context) *exec.Cmd {
		return func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, name, args...) }
	}
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	readers := []reader{
		{plainName, s.rounds, program(executable, "plain", "-folder", folder, "-root", root)},
		{oursText, s.rounds, program(binary, "inspect", folder, "--trust-root", root)},
		{oursJSON, s.rounds, program(binary, "inspect", folder, "--trust-root", root, "-o", "json")},
		{opensslName, 1, program("sh", "-c", `for f in "$0"/*.pem; do
			openssl x509 -in "$f" -noout -subject; openssl x509 -in "$f" -noout -dates; done`, folder)},
	}
	if certigo, err := exec.LookPath("certigo"); err == nil {
		files, err := filepath.Glob(filepath.Join(folder, "*.pem"))
		if err != nil {
			return nil, err
		}
		readers = append(readers, reader{certigoName, s.rounds, program(certigo, append([]string{"dump"}, files...)...)})
	}
	return readers, nil
}

// timed runs a program to its end. What it prints is read, as a pipe would.
func timed(cmd *exec.Cmd) (time.Duration, error) {
	cmd.Stdout = struct{ io.Writer }{io.Discard}
	began := time.Now()
	err := cmd.Run()
	return time.Since(began), err
}

// plain is the least that can be done with the files: read, parse, check one signature.
func plain(_ context.Context, s settings) error {
	text, err := os.ReadFile(s.root)
	if err != nil {
		return err
	}
	issuer, err := parsePEM(text)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "*.pem"))
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		c, err := parsePEM(text)
		if err != nil {
			return err
		}
		if err := c.CheckSignatureFrom(issuer); err != nil {
			return err
		}
	}
	return nil
}

func parsePEM(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}
