package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// errandTime is how long one run may take: none of those that come here waits for a person.
const errandTime = 2 * time.Minute

// errand is one run of the program, as a shell would start it.
type errand struct {
	Dir   string
	Env   []string // NAME=VALUE; of two values the last one holds
	Args  []string // after the program's name
	Stdin string
}

// machine are the variables without which no program runs on some machines.
func machine() (env []string) {
	for _, name := range []string{"PATH", "TMPDIR", "SYSTEMROOT"} {
		env = append(env, name+"="+os.Getenv(name))
	}
	return env
}

// outcome is what a run leaves.
type outcome struct {
	Status         int
	Stdout, Stderr []byte
	UsedUp         bool // the process, in which nothing else may run
}

// run runs the program. A start takes longer than most of what scripts have it do, so that a process which
// has done one errand gets the next. In CI each has its own.
func (e errand) run() (outcome, error) {
	if inCI() || raced || slices.ContainsFunc(e.Env, ofOneProcess) {
		return e.alone()
	}
	var w *warm
	select {
	case w = <-warmed:
	default:
		var err error
		if w, err = startWarm(); err != nil {
			return outcome{}, err
		}
	}
	done, err := w.do(e)
	if err != nil || done.UsedUp {
		return done, errors.Join(err, w.end())
	}
	select {
	case warmed <- w:
		return done, nil
	default:
		return done, w.end()
	}
}

// ofOneProcess tells variables that Go reads once in a process, or that end it.
func ofOneProcess(variable string) bool {
	name, value, _ := strings.Cut(variable, "=")
	return value != "" && slices.Contains([]string{"TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"}, name) || strings.HasPrefix(variable, "TEST_DISK=kills")
}

// ends runs the program and returns all that it said.
func (e errand) ends(t *testing.T) (status int, said string) {
	t.Helper()
	done, err := e.run()
	if err != nil {
		t.Fatal(err)
	}
	return done.Status, string(done.Stdout) + string(done.Stderr)
}

// command is a process of its own.
func (e errand) command(ctx context.Context) *exec.Cmd {
	child := exec.CommandContext(ctx, "apnsctl", e.Args...)
	child.Dir, child.Env = e.Dir, e.Env
	return child
}

// alone runs the program in a process of its own.
func (e errand) alone() (outcome, error) {
	ctx, stop := context.WithTimeout(context.Background(), errandTime)
	defer stop()
	child := e.command(ctx)
	child.Stdin = strings.NewReader(e.Stdin)
	var out, errs bytes.Buffer
	child.Stdout, child.Stderr = &out, &errs
	err := child.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		err = ctx.Err()
	}
	return outcome{Status: child.ProcessState.ExitCode(), Stdout: out.Bytes(), Stderr: errs.Bytes()}, err
}

// warm is a process that runs one errand after another.
type warm struct {
	child *exec.Cmd
	ask   io.WriteCloser
	in    *json.Encoder
	out   *json.Decoder
	said  bytes.Buffer // of a panic
}

// warmed are the processes that have nothing to do.
var warmed = make(chan *warm, 2*atOnce)

func startWarm() (*warm, error) {
	// Who looks for work on one processor alone, and for garbage later, costs less: a tenth of the time of all tests.
	w := &warm{child: errand{Env: append(os.Environ(), "TEST_WARM=1", "GOGC=400", "GOMAXPROCS=1")}.command(context.Background())}
	w.child.Stderr = &w.said
	ask, err := w.child.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := w.child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.ask, w.in, w.out = ask, json.NewEncoder(ask), json.NewDecoder(answers)
	return w, w.child.Start()
}

func (w *warm) do(e errand) (done outcome, err error) {
	defer time.AfterFunc(errandTime, func() { _ = w.child.Process.Kill() }).Stop()
	if err := errors.Join(w.in.Encode(e), w.out.Decode(&done)); err != nil {
		return done, fmt.Errorf("%w, after %q: %s", err, e.Args, &w.said)
	}
	return done, nil
}

func (w *warm) end() error { return errors.Join(w.ask.Close(), w.child.Wait()) }

// endWarm ends all that have nothing to do.
func endWarm() {
	for {
		select {
		case w := <-warmed:
			_ = w.end()
		default:
			return
		}
	}
}

// takeErrands runs errands until there are no more. What a run leaves behind would be the next one's: after one
// that leaves a goroutine the process is used up.
func takeErrands() {
	errands, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	first := make(chan os.Signal, 1) // to wait for a signal starts a goroutine, which stays
	signal.Notify(first, os.Interrupt)
	signal.Stop(first)
	still := runtime.NumGoroutine()
	for {
		var e errand
		if err := errands.Decode(&e); err != nil {
			return
		}
		done := e.here()
		for range 20 {
			if done.UsedUp = runtime.NumGoroutine() > still; !done.UsedUp {
				break
			}
			time.Sleep(time.Millisecond)
		}
		if err := answers.Encode(done); err != nil {
			panic(err)
		}
	}
}

// here runs the program in this process.
func (e errand) here() (done outcome) {
	os.Clearenv()
	for _, variable := range e.Env {
		name, value, _ := strings.Cut(variable, "=")
		must(0, os.Setenv(name, value))
	}
	must(0, errors.Join(os.Chdir(e.Dir), os.Setenv("PWD", e.Dir)))
	os.Args = append([]string{"apnsctl"}, e.Args...)
	signal.Reset(syscall.SIGPIPE)
	stdin, stdout, stderr := os.Stdin, os.Stdout, os.Stderr
	defer func() { os.Stdin, os.Stdout, os.Stderr = stdin, stdout, stderr }()
	in, typed := pipe()
	go func() { _, _ = typed.WriteString(e.Stdin); _ = typed.Close() }()
	os.Stdin = in
	out, errs := caught(&os.Stdout), caught(&os.Stderr)
	done.Status = program()
	done.Stdout, done.Stderr = out(), errs()
	_ = in.Close()
	return done
}

func pipe() (r, w *os.File) {
	r, w, err := os.Pipe()
	must(0, err)
	return r, w
}

// caught puts a pipe in the place of a stream; all returns what was written to it.
func caught(stream **os.File) (all func() []byte) {
	r, w := pipe()
	*stream = w
	var text bytes.Buffer
	end := make(chan error)
	go func() { _, err := text.ReadFrom(r); end <- err }()
	return func() []byte {
		_ = w.Close()
		must(0, <-end)
		_ = r.Close()
		return text.Bytes()
	}
}
