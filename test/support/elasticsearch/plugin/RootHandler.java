package tripline.test;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/** GET / and HEAD /, which clients ask for the version and the product: in the full server they belong to a module left out here. */
final class RootHandler extends BaseRestHandler {
    private final String clusterName;

    RootHandler(String clusterName) {
        this.clusterName = clusterName;
    }

    @Override
    public String getName() {
        return "tripline_test_root";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        return channel -> {
            try (XContentBuilder body = channel.newBuilder()) {
                body.startObject().field("cluster_name", clusterName);
                body.startObject("version");
                body.field("number", Build.current().version()).field("build_flavor", "default");
                body.endObject();
                body.field("tagline", "You Know, for Search").endObject();
                channel.sendResponse(new RestResponse(RestStatus.OK, body));
            }
        };
    }
}
