package devices

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// deviceAudit is what an audit has read so far. One bad file does not stop it.
type deviceAudit struct {
	env     *cli.Env
	against devices.Yardstick
	tally   *devices.Tally
	row     devices.Row
	records *document.Stream // nil but for JSON
	faults  []problem.Finding
	movedAt string // the first record that puts a device under a second topic
	// beside counts files of folders that are something else, as servers keep them beside
	// their TokenUpdates; besideFile is the first.
	beside     int
	besideFile string
}

func newDeviceAudit(e *cli.Env, y devices.Yardstick) *deviceAudit {
	a := &deviceAudit{env: e, against: y, tally: devices.NewTally()}
	if e.JSON() {
		a.records = e.Stream("records")
	}
	return a
}

// auditFile is a file to read.
type auditFile struct {
	name string
	// walked tells that nobody named it: it lies in a folder.
	walked bool
	// disabled tells that the device has left: NanoMDM's file storage then puts an empty
	// file of that name beside the TokenUpdate.
	disabled bool
}

// readAll reads the files that were named, and those in folders in the order of their
// names.
func (a *deviceAudit) readAll(ctx context.Context, files []string) error {
	for _, name := range disk.Globbed(files) {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			if err := a.read(ctx, auditFile{name: name}); err != nil {
				return err
			}
			continue
		}
		// With a separator at its end a symbolic link to a folder is followed.
		err = filepath.WalkDir(name+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				a.fault(disk.Unreadable(path, err))
			case disk.IsFile(path, d):
				if at := disk.Walked(path); at.Err != nil {
					a.fault(at.Err)
					return nil
				}
				_, enabled := os.Stat(filepath.Join(filepath.Dir(path), "Disabled"))
				return a.read(ctx, auditFile{path, true, enabled == nil && d.Name() == "TokenUpdate.plist"})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// read counts the devices of one file. Its errors are those that end the whole audit.
func (a *deviceAudit) read(ctx context.Context, s auditFile) error {
	in, err := a.env.Input(s.name)
	if err != nil {
		a.fault(err)
		return nil
	}
	defer in.Close()
	rows := rowCount{}
	r := devices.NewTopicReader(disk.Named(s.name), in)
	for ctx.Err() == nil {
		err := r.Next(&a.row)
		switch {
		case errors.Is(err, io.EOF):
			a.finished(s, r, rows)
			return nil
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			a.skipped(s, err)
			return nil
		case a.row.Fault != "", s.walked && r.Plain():
			rows.faulty(a.row.Line)
			continue
		}
		rows.good++
		if err := a.device(s); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// rowCount is how the rows of a file are.
type rowCount struct{ good, bad, firstBad int64 }

func (c *rowCount) faulty(line int64) {
	if c.bad++; c.bad == 1 {
		c.firstBad = line
	}
}

// device counts the present row.
func (a *deviceAudit) device(s auditFile) error {
	a.row.Left = a.row.Left || s.disabled
	if a.tally.Add(&a.row) && a.movedAt == "" {
		a.movedAt = disk.Named(s.name) + ":" + strconv.FormatInt(a.row.Line, 10)
	}
	if a.records == nil || a.row.Left {
		return nil
	}
	topic := string(a.row.Topic)
	text, err := document.Compact(RecordView{disk.Named(s.name), a.row.Line, string(a.row.ID), topicName(topic), a.against.State(topic)})
	if err != nil {
		return err
	}
	return a.records.Element(text)
}

// finished counts a file that was read to its end.
func (a *deviceAudit) finished(s auditFile, r *devices.Reader, rows rowCount) {
	params := problem.Params{"file": disk.Named(s.name)}
	switch {
	case s.walked && (rows.good+rows.bad == 0 || r.Plain()):
		a.aside(s)
	case rows.good == 0:
		a.found(problem.FoundAs(problem.FileUnrecognised, "device", problem.Warning, params))
	case rows.bad > 0:
		params["count"] = strconv.FormatInt(rows.bad, 10)
		params["line"] = strconv.FormatInt(rows.firstBad, 10)
		a.found(problem.FoundAs(problem.FileDamaged, "rows", problem.Warning, params))
	}
}

// skipped counts a file that could not be read, or not to its end.
func (a *deviceAudit) skipped(s auditFile, err error) {
	p, ok := errors.AsType[*problem.Error](err)
	if !ok {
		a.fault(disk.Unreadable(disk.Named(s.name), err))
		return
	}
	params := problem.Params{"file": disk.Named(s.name)}
	switch p.Code {
	case problem.InputTooLarge:
		a.fault(p)
	case problem.FileDamaged:
		a.found(problem.FoundAs(problem.FileDamaged, "device", problem.Warning, params))
	case problem.FileUnsupported:
		a.found(problem.FoundAs(problem.FileUnsupported, "device", problem.Warning, params))
	case problem.WrongRole:
		if s.walked {
			a.aside(s)
			return
		}
		params["role"] = p.Params["role"]
		if params["role"] == string(pushcert.RoleMDMPush) {
			a.found(problem.FoundAs(problem.WrongRole, "no-device.certificate", problem.Warning, params))
			return
		}
		a.found(problem.FoundAs(problem.WrongRole, "no-device", problem.Warning, params))
	default:
		if s.walked {
			a.aside(s)
			return
		}
		a.found(problem.FoundAs(problem.FileUnrecognised, "device", problem.Warning, params))
	}
}

func (a *deviceAudit) found(f problem.Finding) { a.faults = append(a.faults, f) }

// fault notes a problem that names its file already.
func (a *deviceAudit) fault(err error) {
	a.found(problem.Of(err).Finding(problem.Warning))
}

func (a *deviceAudit) aside(s auditFile) {
	if a.beside++; a.beside == 1 {
		a.besideFile = s.name
	}
}

// nothing says why there is no device at all: what is wrong with the first file, if
// anything is.
func (a *deviceAudit) nothing() error {
	if len(a.faults) > 0 {
		return a.faults[0].Err()
	}
	return problem.Say(problem.FileUnrecognised, "device.none", nil)
}

// findings are those about the files and records, whatever they are compared with.
func (a *deviceAudit) findings() []problem.Finding {
	var all []problem.Finding
	if n := a.tally.Moved(); n > 0 {
		all = append(all, problem.FoundAs(problem.DuplicateTopic, "devices", problem.Warning, problem.Params{
			"count": strconv.Itoa(n), "place": a.movedAt,
		}))
	}
	all = append(all, a.faults...)
	if a.beside > 0 {
		all = append(all, problem.FoundAs(problem.FileUnrecognised, "beside", problem.Info, problem.Params{
			"count": strconv.Itoa(a.beside), "file": a.besideFile,
		}))
	}
	return all
}
