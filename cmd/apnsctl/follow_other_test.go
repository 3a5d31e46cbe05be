package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ofShell tells the commands of other programs that every system has.
func ofShell(line string) bool {
	program, _, _ := strings.Cut(line, " ")
	return slices.Contains([]string{"git", "cp", "mv", "chmod", "ssh-keygen"}, program)
}

// shell has a shell do a line. Of these programs not every system has SSH's.
func (f *follower) shell(line string) error {
	if program, _, _ := strings.Cut(line, " "); program == "ssh-keygen" {
		if _, err := exec.LookPath(program); err != nil {
			return errUnknown
		}
	}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	command := exec.CommandContext(ctx, "sh", "-c", f.here(line))
	command.Dir = f.path(".")
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// simulate starts a simulator, which has to be ready soon and to end when it is interrupted.
func (f *follower) simulate(args []string) error {
	path, err := lookIn(f.advice.given.env["PATH"], "apnsctl")
	if err != nil {
		return err
	}
	ready := flagOf(args, "--ready-file")
	if ready == "" {
		ready = f.path("follow-ready.json")
		args = append(args, "--ready-file", ready)
	}
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	command := exec.CommandContext(ctx, path, args...)
	command.Dir, command.Env = f.path("."), f.env
	if err := command.Start(); err != nil {
		return err
	}
	for ctx.Err() == nil {
		if _, err := os.Stat(f.path(ready)); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	end := command.Process.Signal
	if runtime.GOOS == "windows" { // which has no signals
		end = func(os.Signal) error { return command.Process.Kill() }
	}
	err = errors.Join(ctx.Err(), end(os.Interrupt))
	_ = command.Wait() // it was interrupted
	return err
}

// answer is what mdmcert.download mails to who asks once more.
func (f *follower) answer() (string, error) {
	if f.made["answer"] != "" {
		return f.made["answer"], nil
	}
	if err := f.must(append([]string{"csr", "--via", "mdmcert.download"}, profileOf([]string{strings.Join(f.advice.given.command[1:], " ")})...)...); err != nil {
		return "", err
	}
	status, data, err := call("GET", f.sim.PortalURL()+"/mdmcert.download/mails/1", nil)
	if err != nil || status != 200 {
		return "", fmt.Errorf("mail: status %d, %w: %s", status, err, data)
	}
	f.made["answer"], err = f.write("mailed.p7", string(data))
	return f.made["answer"], err
}
