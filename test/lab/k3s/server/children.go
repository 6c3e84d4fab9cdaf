package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
)

// children are the components that run beside the server. One that ends takes
// the server with it, and systemd starts all of it again; pods are nobody's
// children here and go on running.
type children struct {
	ctx  context.Context
	fail context.CancelCauseFunc
	// The API server hangs if what talks to it goes on; it ends after the others.
	clients, api sync.WaitGroup
}

// start runs a program until the server stops; its words go to the journal, or
// to a file.
func (c *children) start(name, program, log string, arguments []string) {
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if log != "" {
		file, err := os.OpenFile(log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			c.fail(err)
			return
		}
		defer file.Close()
		command.Stdout, command.Stderr = file, file
	}
	if err := command.Start(); err != nil {
		c.fail(fmt.Errorf("%s: %w", name, err))
		return
	}
	logrus.Infof("Running %s, process %d", name, command.Process.Pid)
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	stage := &c.clients
	if name == "kube-apiserver" {
		stage = &c.api
	}
	stage.Add(1)
	go func() {
		defer stage.Done()
		select {
		case err := <-ended:
			c.fail(fmt.Errorf("%s ended: %v", name, err))
			return
		case <-c.ctx.Done():
		}
		if stage == &c.api {
			c.clients.Wait()
		}
		end(command.Process, ended)
	}()
}

func end(process *os.Process, ended <-chan error) {
	process.Signal(syscall.SIGTERM) //nolint:errcheck // it may be gone
	select {
	case <-ended:
	case <-time.After(3 * time.Second):
		process.Kill() //nolint:errcheck // likewise
		<-ended
	}
}

func (c *children) join() {
	c.clients.Wait()
	c.api.Wait()
}

// repeat does a piece of work again and again until the server stops.
func (c *children) repeat(name string, every time.Duration, work func(context.Context) error) {
	go func() {
		for last := ""; c.ctx.Err() == nil; {
			// Said once, not every time around.
			if err := work(c.ctx); err == nil {
				last = ""
			} else if c.ctx.Err() == nil && err.Error() != last {
				last = err.Error()
				logrus.Errorf("%s: %v", name, err)
			}
			select {
			case <-c.ctx.Done():
			case <-time.After(every):
			}
		}
	}()
}

func (c *children) wait(what string, limit time.Duration, ready func() error) error {
	for deadline := time.Now().Add(limit); ; time.Sleep(200 * time.Millisecond) {
		err := ready()
		if err == nil {
			return nil
		}
		if c.ctx.Err() != nil {
			return context.Cause(c.ctx)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready: %w", what, err)
		}
	}
}
