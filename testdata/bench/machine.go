package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// printMachine says where figures come from: without machine and versions they mean nothing.
func printMachine(ctx context.Context) {
	fmt.Printf("%d × %s, load %s, %s/%s, %s\n", runtime.NumCPU(), processor(), load(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	for _, program := range []string{"h2load", "nghttpd", "openssl"} {
		if out, err := exec.CommandContext(ctx, program, versionFlag(program)).Output(); err == nil { //nolint:gosec // one of three names
			fmt.Println(strings.TrimSpace(strings.SplitN(string(out), "\n", 2)[0]))
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	for _, module := range info.Deps {
		if slices.Contains([]string{"github.com/sideshow/apns2", "golang.org/x/net"}, module.Path) {
			fmt.Println(module.Path, module.Version)
		}
	}
}

func versionFlag(program string) string {
	if program == "openssl" {
		return "version"
	}
	return "--version"
}

// processor is what the system calls the machine's processors.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "unknown processor"
}

// load is how busy the machine is with other things.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}
