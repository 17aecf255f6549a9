package dev.palinode.server;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that can be asked whether the client has hung up while it waits for an
 * answer: Jetty itself notices only when it writes. One byte is read ahead, and given to Jetty
 * later if there was one. Thread-safe.
 */
final class Peer extends SocketChannelEndPoint {
  private @Nullable Byte ahead; // guarded by this

  private Peer(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      ServerConnector connector) {
    super(channel, selector, key, connector.getScheduler());
    setIdleTimeout(connector.getIdleTimeout());
  }

  /** A connector whose connections are peers. */
  static ServerConnector connector(Server server, HttpConnectionFactory http) {
    return new ServerConnector(server, http) {
      @Override
      protected SocketChannelEndPoint newEndPoint(
          SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new Peer(channel, selector, key, this);
      }
    };
  }

  /** The connection of a request. */
  static Peer of(HttpServletRequest request) {
    return (Peer)
        ServletContextRequest.getServletContextRequest(request)
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
  }

  /** Whether the client has closed its side: it is not waiting any more. */
  synchronized boolean isGone() {
    if (ahead != null) {
      return false;
    }
    ByteBuffer next = BufferUtil.allocate(1);
    try {
      int count = super.fill(next);
      ahead = count == 1 ? next.get() : null;
      return count < 0;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public synchronized int fill(ByteBuffer buffer) throws IOException {
    if (ahead == null) {
      return super.fill(buffer);
    }
    BufferUtil.append(buffer, ahead);
    ahead = null;
    return 1;
  }
}
