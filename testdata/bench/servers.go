package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// startNull starts the null server and returns where it listens and how to end it.
func startNull(ctx context.Context, identity string, delay time.Duration) (endpoint string, stop func(), err error) {
	cmd, err := self(ctx, "serve", "-identity", identity, "-delay", delay.String())
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	return strings.TrimSpace(line), func() { end(cmd) }, err
}

// startNghttpd starts nghttpd with one thread and the stream limit of APNs. The device is
// an empty file, so a push to it is answered with 200 and no body.
func startNghttpd(ctx context.Context, dir, identity string) (endpoint string, stop func(), err error) {
	devices := filepath.Join(dir, "3", "device")
	if err := os.MkdirAll(devices, 0o700); err != nil {
		return "", nil, err
	}
	if err := os.WriteFile(filepath.Join(devices, token), nil, 0o600); err != nil {
		return "", nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return "", nil, err
	}
	host, port, _ := strings.Cut(address, ":")
	cmd := exec.CommandContext(ctx, "nghttpd", "-a", host, "-d", dir, "-n", "1",
		"-m", strconv.Itoa(maxStreams), port, identity, identity)
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	return "https://" + address, func() { end(cmd) }, await(ctx, address)
}

// end kills a server.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed, and says so
}

// freeAddress is a loopback address on which nobody listens.
func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// await waits until somebody listens on an address.
func await(ctx context.Context, address string) error {
	for range 100 {
		nc, err := net.Dial("tcp", address)
		if err == nil {
			return nc.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("nobody listens on %s", address)
}
