package main

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/k3s-io/kine/pkg/drivers"
	"github.com/k3s-io/kine/pkg/drivers/sqlite"
	kine "github.com/k3s-io/kine/pkg/server"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// datastore is SQLite behind etcd's API, in this process as in K3s.
type datastore struct {
	client *clientv3.Client
	close  func()
}

// openDatastore serves the database at a socket. Only kine's SQLite driver is
// linked; its endpoint package would bring every other database.
func openDatastore() (*datastore, error) {
	if err := os.MkdirAll(filepath.Dir(stateDB), 0o700); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	_, backend, err := sqlite.New(ctx, &working, &drivers.Config{
		DataSourceName:   stateDB + "?" + sqlite.DefaultParams,
		CompactInterval:  5 * time.Minute,
		CompactTimeout:   5 * time.Second,
		CompactMinRetain: 1000,
		CompactBatchSize: 1000,
		PollBatchSize:    500,
	})
	if err == nil {
		err = backend.Start(ctx)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	listener, err := listen(kineSocket)
	if err != nil {
		cancel()
		return nil, err
	}
	rpc := grpc.NewServer(grpc.MaxRecvMsgSize(2<<20), grpc.MaxSendMsgSize(1<<31-1))
	kine.New(backend, "unix", 5*time.Second, "3.6.13").Register(rpc)
	go rpc.Serve(listener) //nolint:errcheck // ends with the process
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{"unix://" + kineSocket}, DialTimeout: 10 * time.Second})
	return &datastore{client: client, close: func() {
		client.Close()
		rpc.Stop()
		cancel()
		working.Wait()
	}}, err
}

func listen(socket string) (net.Listener, error) {
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	return listener, errors.Join(os.Chmod(socket, 0o600))
}
