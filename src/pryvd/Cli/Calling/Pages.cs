using Pryv.V1;

namespace Pryvd.Cli.Calling;

/// <summary>Reads lists that come in pages, whole.</summary>
internal static class Pages
{
    // The daemon holds fewer than this; the bound is against one that repeats a page for ever.
    private const int MaxPages = 10_000;

    public static async Task<ListVarsReply> All(Call call, ListVarsRequest request)
    {
        var all = new ListVarsReply();
        await Walk("variables", async token =>
        {
            request.PageToken = token;
            var page = await call.Read(options => call.Daemon.Vars.ListVarsAsync(request, options));
            all.Vars.AddRange(page.Vars);
            all.Info = page.Info;
            return page.NextPageToken;
        });
        return all;
    }

    public static async Task<ListComponentsReply> All(Call call, ListComponentsRequest request)
    {
        var all = new ListComponentsReply();
        await Walk("components", async token =>
        {
            request.PageToken = token;
            var page = await call.Read(options => call.Daemon.Components.ListComponentsAsync(request, options));
            all.Components.AddRange(page.Components);
            all.Info = page.Info;
            return page.NextPageToken;
        });
        return all;
    }

    /// <param name="what">For the error.</param>
    /// <param name="take">Takes the page of a token, the first of none, and returns the token of the next; empty at the end.</param>
    private static async Task Walk(string what, Func<string, Task<string>> take)
    {
        var token = "";
        for (var page = 0; page < MaxPages; page++)
        {
            token = await take(token);
            if (token == "")
            {
                return;
            }
        }

        throw CliException.Failed($"The daemon sent more than {MaxPages} pages of {what}; this is a fault of the daemon.");
    }
}
