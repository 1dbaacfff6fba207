namespace Journey.Host.Http.Queries;
internal sealed class MapEndpoint(JourneyServices services) { public void Map(object routes) => _ = (services, routes); }
