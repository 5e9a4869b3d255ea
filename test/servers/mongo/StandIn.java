import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStore;

/** java StandIn.java <port> [file]: in memory, or on disk so that what was answered survives a kill. */
class StandIn {
  private static final Set<String> READS =
      Set.of("find", "getMore", "count", "distinct", "listCollections", "listIndexes", "isMaster", "ping");

  /** As long as a mongod by default. */
  private static final long AWAIT_MS = 1_000;

  private final MongoBackend backend;
  private final Runnable commit;
  private long writes = 0;

  private StandIn(MongoBackend backend, Runnable commit) {
    this.backend = backend;
    this.commit = commit;
  }

  public static void main(String[] args) {
    StandIn standIn = args.length > 1 ? onDisk(args[1]) : new StandIn(new MemoryBackend(), () -> {});
    standIn.backend.version(new Announced());
    MongoServer server = new MongoServer(standIn.asBackend());
    // Without it there are no change streams.
    server.enableOplog();
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    // MongoServer.shutdown() would first wait three seconds for nothing.
    Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
    System.out.println("The stand-in is ready");
  }

  /** Left alone H2 writes about once a second, in the middle of an update as well; here each write is one commit. */
  private static StandIn onDisk(String file) {
    MVStore store = new MVStore.Builder().fileName(file).autoCommitDisabled().open();
    store.setRetentionTime(0);
    return new StandIn(new H2Backend(store), store::commit);
  }

  private Document answer(MongoMessage message) throws InterruptedException {
    String command = message.getDocument().keySet().iterator().next();
    if (command.equals("getMore")) return more(message);
    if (READS.contains(command)) return backend.handleMessage(message);
    synchronized (this) {
      try {
        return backend.handleMessage(message);
      } finally {
        commit.run();
        writes += 1;
        notifyAll();
      }
    }
  }

  /** A change stream that has nothing to tell waits; left alone it is asked again thousands of times a second. */
  private Document more(MongoMessage message) throws InterruptedException {
    Object patience = message.getDocument().get("maxTimeMS");
    long until = System.currentTimeMillis() + (patience instanceof Number ms ? ms.longValue() : AWAIT_MS);
    while (true) {
      long seen = writesUntilNow();
      Document answer = backend.handleMessage(message);
      if (!(answer.get("cursor") instanceof Document cursor) || !isWaiting(cursor)) return answer;
      if (!awaitWrite(seen, until)) return answer;
    }
  }

  private static boolean isWaiting(Document cursor) {
    return cursor.get("nextBatch") instanceof List<?> batch
        && batch.isEmpty()
        && cursor.get("id") instanceof Number id
        && id.longValue() != 0;
  }

  private synchronized long writesUntilNow() {
    return writes;
  }

  private synchronized boolean awaitWrite(long seen, long until) throws InterruptedException {
    while (writes == seen) {
      long ms = until - System.currentTimeMillis();
      if (ms <= 0) return false;
      wait(ms);
    }
    return true;
  }

  private synchronized void close() {
    backend.close();
  }

  private MongoBackend asBackend() {
    Class<?>[] type = {MongoBackend.class};
    return (MongoBackend) Proxy.newProxyInstance(StandIn.class.getClassLoader(), type, (self, method, args) -> {
      if (method.getName().equals("handleMessage")) return answer((MongoMessage) args[0]);
      try {
        return method.invoke(backend, args);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    });
  }

  /** Drivers of today refuse what the stand-in announces by itself. */
  private static class Announced implements MongoVersion {
    public List<Integer> getVersionArray() {
      return List.of(4, 4, 0);
    }

    public int getWireVersion() {
      return 9;
    }
  }
}
