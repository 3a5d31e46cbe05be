package simulator

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/apns"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/portal"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// Options say where a simulator listens and what it keeps. Only Now must be given.
type Options struct {
	// PortalAddr and APNsAddr are loopback addresses with a port, 127.0.0.1:0 when empty.
	// Any other address is refused: nothing here is fit for a network.
	PortalAddr, APNsAddr string
	// Dir keeps the authorities, certificates, revocations and devices, so that the next
	// start on it continues. One simulator at a time can have it. Empty: all is in memory.
	Dir string
	// ReadyFile is written once both sides listen, as JSON {portal, apns, root_file,
	// apns_ca_file}, and removed at the end. Without Dir the certificates lie beside it and
	// go with it. Empty: none.
	ReadyFile string
	// AcceptAnyToken lets APNs take pushes to tokens that nobody registered.
	AcceptAnyToken bool
	// OwnRevocations lets push certificates name this simulator's revocation list in place of
	// Apple's, which their genuine likeness has.
	OwnRevocations bool
	// Seed makes the injected faults of APNs repeatable.
	Seed uint64
	// Now is the clock of both sides, time.Now as a rule.
	Now func() time.Time
	// NewKey, where it is set, makes the RSA keys of authorities and vendors: tests have some ready.
	NewKey func() (*rsa.PrivateKey, error)
	// Log receives a line for each call. It may be nil, and need not be safe for
	// concurrent use.
	Log io.Writer
}

// Simulator is a running portal and APNs. All its methods may be called at any time
// and from any goroutine.
type Simulator struct {
	portal *portal.Portal
	apns   *apns.Server
	kept   records.Folder // devices, beside what the portal keeps
	log    *log.Logger

	portalListener, apnsListener net.Listener
	web                          *http.Server
	files                        publicFiles
	vendor                       func() (*portal.Vendor, error) // made when it is needed
	lock                         dirLock

	serving sync.WaitGroup
	closing sync.Once
	done    chan struct{}
	err     error // why it ended; to be read when done is closed
}

// maxPortalConnections bounds the connections of the portal; more than these wait.
const maxPortalConnections = 256

// shutdownTime bounds how long Close waits for calls that are under way.
const shutdownTime = 2 * time.Second

// Start makes a simulator and serves until ctx is done or Close is called. It takes
// less than a second: most of it makes three RSA keys, none if Dir has them already.
func Start(ctx context.Context, o Options) (*Simulator, error) {
	if o.Now == nil {
		return nil, errors.New("simulator: Options.Now is missing; time.Now will do")
	}
	s := &Simulator{log: newLog(o.Log), done: make(chan struct{})}
	if err := s.open(ctx, o); err != nil {
		return nil, fmt.Errorf("simulator: %w", errors.Join(err, s.release()))
	}
	s.run(ctx)
	return s, nil
}

// open acquires everything. What it leaves behind when it fails, release gives back.
func (s *Simulator) open(ctx context.Context, o Options) error {
	dir, err := absolute(o.Dir)
	if err != nil {
		return err
	}
	ready, err := absolute(o.ReadyFile)
	if err != nil {
		return err
	}
	if s.lock, err = lockDir(dir); err != nil {
		return err
	}
	if s.files, err = placeFiles(dir, ready); err != nil {
		return err
	}
	if s.portalListener, err = listen(ctx, "portal", o.PortalAddr); err != nil {
		return err
	}
	if s.apnsListener, err = listen(ctx, "apns", o.APNsAddr); err != nil {
		return err
	}
	s.kept = records.Folder(dir)
	if s.portal, err = portal.Open(s.kept, o.Now, o.NewKey, s.log); err != nil {
		return err
	}
	if o.OwnRevocations {
		s.portal.CA.RevokedAt = s.PortalURL() + portal.RevokedPath
	}
	s.vendor = sync.OnceValues(func() (*portal.Vendor, error) { return s.portal.NewVendor("Simulated MDM Vendor") })
	certificate, err := s.portal.CA.IssueServer(addressOf(s.apnsListener).Addr())
	if err != nil {
		return err
	}
	s.apns = apns.New(apns.Config{
		Certificate: certificate, Verdict: s.portal.Verdict, Now: o.Now, Seed: o.Seed,
		AcceptAnyToken: o.AcceptAnyToken, Log: s.log.Writer(),
	})
	if err := s.restoreDevices(); err != nil {
		return err
	}
	s.web = &http.Server{
		Handler: s.portal.Handler(s.control(o.Now)), ErrorLog: s.log,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute,
		IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
	return s.files.write(s.PortalURL(), s.APNsURL(), s.RootPEM(), s.APNsCAPEM())
}

// run serves both sides. Either one's end is the end of both.
func (s *Simulator) run(ctx context.Context) {
	s.serving.Go(func() {
		err := s.web.Serve(netutil.LimitListener(s.portalListener, maxPortalConnections))
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		go s.end(err)
	})
	s.serving.Go(func() {
		err := s.apns.Serve(s.apnsListener)
		go s.end(err)
	})
	stop := context.AfterFunc(ctx, func() { s.end(nil) })
	go func() {
		<-s.done
		stop()
	}()
}

// end stops both sides once, waits for them, and gives everything back.
func (s *Simulator) end(cause error) {
	s.closing.Do(func() {
		unfinished, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		if s.web.Shutdown(unfinished) != nil {
			_ = s.web.Close() // some call outlived its time
		}
		s.apns.Close()
		s.serving.Wait()
		s.err = errors.Join(cause, s.release())
		close(s.done)
	})
}

// release gives back what open took, so far as it came.
func (s *Simulator) release() error {
	for _, l := range []net.Listener{s.portalListener, s.apnsListener} {
		if l != nil {
			_ = l.Close() // closed already, unless open failed
		}
	}
	return errors.Join(s.files.remove(), s.lock.release())
}

// Close stops both sides, removes what shall not outlive them, and returns what Wait does. Calls that
// are under way get a few seconds to end. A second call only waits.
func (s *Simulator) Close() error {
	s.end(nil)
	return s.Wait()
}

// Done is closed when the simulator has ended.
func (s *Simulator) Done() <-chan struct{} { return s.done }

// Wait returns when the simulator has ended: nil if it was told to, else the reason.
func (s *Simulator) Wait() error {
	<-s.done
	return s.err
}

// PortalURL is the address of the portal, such as http://127.0.0.1:49152.
func (s *Simulator) PortalURL() string { return "http://" + s.portalListener.Addr().String() }

// APNsURL is the address of APNs, such as https://127.0.0.1:49153.
func (s *Simulator) APNsURL() string { return "https://" + s.apnsListener.Addr().String() }

// SignRequest plays a vendor: it makes of a CSR, in DER, a request that the portal takes. Servers that
// keep the key to themselves hand out such requests.
func (s *Simulator) SignRequest(csr []byte) ([]byte, error) {
	vendor, err := s.vendor()
	if err != nil {
		return nil, err
	}
	return vendor.Request(csr)
}

// RootFile is the absolute path of the file with RootPEM; empty if nothing is written.
func (s *Simulator) RootFile() string { return s.files.root }

// APNsCAFile is the absolute path of the file with APNsCAPEM; empty if nothing is written.
func (s *Simulator) APNsCAFile() string { return s.files.apnsCA }

// RootPEM is what stands for Apple's authorities: root, then the intermediate of vendor
// certificates, then that of push certificates.
func (s *Simulator) RootPEM() []byte { return s.portal.CA.RootsPEM() }

// APNsCAPEM is the authority to trust when connecting to APNsURL.
func (s *Simulator) APNsCAPEM() []byte { return s.portal.CA.ServerPEM() }

// addressOf is the address that a listener of listen has taken.
func addressOf(l net.Listener) netip.AddrPort {
	address, _ := netip.ParseAddrPort(l.Addr().String()) // it comes from net: always well-formed
	return address
}
