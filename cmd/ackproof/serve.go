package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/reports/archive"
	"github.com/ackproof/ackproof/reports/serve"
)

func newServe(all builtin.List) *cobra.Command {
	var address string
	c := &cobra.Command{
		Use:   "serve DIR",
		Short: "Show the runs and findings in a directory tree over HTTP",
		Long: `Serve shows an index of the runs and findings that "ackproof run --out" kept in
the directory and its subdirectories. The index has filters, a report of each
finding, and the bundles to download. With each request serve reads the files that
have changed; it changes none. An interrupt ends it.

Only this machine can reach it, unless --addr says otherwise.`,
		Example: `  ackproof serve out
  ackproof serve /srv/findings --addr 127.0.0.1:8080`,
		Args: oneArgument("a directory"),
		RunE: running(func(c *cobra.Command, args []string) error {
			return serveArchive(c, all, args[0], address)
		}),
	}
	c.Flags().StringVar(&address, "addr", "127.0.0.1:0", "`HOST:PORT` to listen at; port 0 means any free port")
	return c
}

// serveArchive serves the directory until a signal comes.
func serveArchive(c *cobra.Command, all builtin.List, dir, address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usage(fmt.Errorf("--addr: %w: want HOST:PORT, such as 127.0.0.1:8080", err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return usage(err)
	}
	defer root.Close()
	ctx, stop := interruptible(c.Context())
	defer stop()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return usage(fmt.Errorf("--addr: %w", err))
	}
	logger := log.New(c.ErrOrStderr(), "ackproof: ", 0)
	if !serve.Loopback(host) {
		logger.Printf("warning: --addr %s: other machines may reach this address, and can read all findings in %s", address, dir)
	}
	server := newServer(serve.Handler(root, serve.Config{
		Config: archive.Config{Shown: dir, Kinds: builtin.Kinds(), Builtin: knows(all)}, Host: host, Log: logger,
	}), logger)
	if _, err := fmt.Fprintf(c.OutOrStdout(), "serving %s at http://%s/\n", dir, listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return serveUntil(ctx, server, listener)
}

// newServer returns a server that no slow client can hold for long. A page of many
// large findings may take some seconds to make.
func newServer(h http.Handler, logger *log.Logger) *http.Server {
	return &http.Server{
		Handler: h, ErrorLog: logger, MaxHeaderBytes: 32 << 10,
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute,
	}
}

// serveUntil serves until the context ends, and then lets the answers that are
// being written end.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	graceful, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(graceful); err != nil {
		_ = server.Close() // a client that does not read on is left
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
