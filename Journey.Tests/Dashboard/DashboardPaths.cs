namespace Journey.Tests.Dashboard;

/// <summary>Every page with a name, at an address that the demo's history has.</summary>
internal static class DashboardPaths
{
    public static readonly (string Name, string Path)[] All =
    [
        ("overview", "/"),
        ("customers", "/customers"),
        ("customer", "/customers/CUSTOMER"),
        ("customer-in-the-past", "/customers/CUSTOMER?asOf=ABANDONED&zoom=all"),
        ("in-the-shop", "/customers/CUSTOMER?view=shop"),
        ("carts", "/carts"),
        ("carts-list", "/carts?view=list&state=abandoned"),
        ("deliveries", "/deliveries"),
        ("delivery", "/deliveries/DELIVERY"),
        ("dead-letters", "/deliveries?view=dead"),
        ("delivery-numbers", "/deliveries?view=numbers"),
        ("journeys", "/journeys"),
        ("journey", "/journeys/abandoned-cart"),
        ("journey-versions", "/journeys/abandoned-cart/versions"),
        ("journey-editor", "/journeys/abandoned-cart/edit"),
        ("map", "/map"),
        ("segments", "/segments"),
        ("segment", "/segments/vip"),
        ("funnels", "/funnels"),
        ("attribution", "/attribution"),
        ("projections", "/projections"),
        ("hosts", "/hosts"),
        ("not-found", "/journeys/no-such-journey"),
    ];

    /// <summary>Somebody who left a cart, and a message that was withheld: the demo has both.</summary>
    public static async Task<string> FillAsync(string path)
    {
        if (path.Contains("CUSTOMER", StringComparison.Ordinal))
        {
            var cart = (await DemoServer.GetAsync("/v1/carts?state=abandoned&limit=1")).GetProperty("items")[0];
            return path.Replace("CUSTOMER", cart.GetProperty("customer").GetString()).Replace("ABANDONED", cart.GetProperty("abandonedAt").GetString());
        }

        if (path.Contains("DELIVERY", StringComparison.Ordinal))
        {
            var messages = await DemoServer.GetAsync("/v1/deliveries?state=suppressed&limit=1");
            return path.Replace("DELIVERY", messages.GetProperty("items")[0].GetProperty("id").GetString());
        }

        return path;
    }

    /// <summary>The n-th latest customer from whom a message was withheld, and the journey that wanted to send it. Who erases takes one of their own.</summary>
    public static async Task<(string Customer, string Journey)> WithheldAsync(int n) =>
        (await DemoServer.GetAsync("/v1/deliveries?state=suppressed&limit=200")).GetProperty("items").EnumerateArray()
            .Select(message => (Customer: message.GetProperty("customer").GetString()!, Journey: message.GetProperty("journey").GetString()!))
            .DistinctBy(message => message.Customer).ElementAt(n);

    /// <summary>Opens it, and waits for what comes later: the editor and the drawings.</summary>
    public static async Task OpenAsync(Visit visit, string name, string path)
    {
        await visit.OpenAsync(await FillAsync(path));
        if (name == "journey-editor")
        {
            await visit.Page.Locator(".editor .view-lines").WaitForAsync();
        }
        else if (name is "map" or "journey")
        {
            await visit.Page.Locator(".graph-place svg").WaitForAsync();
        }
    }
}
