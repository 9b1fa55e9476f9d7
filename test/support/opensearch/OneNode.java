import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node on 127.0.0.1: `OneNode DIRECTORY PORT`. Ends by a signal. */
public final class OneNode {
    public static void main(String[] args) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
        runner.onBuild((number, settings) -> {
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", args[1]);
            settings.put("transport.port", "0");
            settings.putList("node.roles", "cluster_manager", "data", "ingest");
            // A developer's nearly full disk must not make indices read-only.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        }).build(OpenSearchRunner.newConfigs().basePath(args[0]).numOfNode(1).clusterName("tripline-test").baseHttpPort(0));
        runner.ensureYellow();
        Thread.currentThread().join();
    }

    private static void close(OpenSearchRunner runner) {
        try {
            runner.close();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
