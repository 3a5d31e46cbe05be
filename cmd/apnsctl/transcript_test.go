package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// record copies what this process prints into a file of the folder, below a first line
// with its arguments. The function returned waits until everything is copied.
func record(folder string, args []string) (finish func()) {
	if folder == "" {
		return func() {}
	}
	file, err := os.CreateTemp(folder, "run-*")
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(file, strings.Join(args, " "))
	var copying sync.WaitGroup
	var writers []*os.File
	for _, stream := range []**os.File{&os.Stdout, &os.Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		to := io.MultiWriter(*stream, file)
		*stream = w
		writers = append(writers, w)
		copying.Go(func() {
			if _, err := io.Copy(to, r); err != nil {
				panic(err)
			}
		})
	}
	return func() {
		for _, w := range writers {
			_ = w.Close() // a pipe's writing end
		}
		copying.Wait()
		_ = file.Close()
	}
}
