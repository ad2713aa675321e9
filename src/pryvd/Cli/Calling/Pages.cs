using Pryv.V1;

namespace Pryvd.Cli.Calling;

/// <summary>Reads all pages of the variables.</summary>
internal static class Pages
{
    // The daemon holds fewer than this; the bound is against one that repeats a page for ever.
    private const int MaxPages = 10_000;

    public static async Task<ListVarsReply> All(Call call, ListVarsRequest request)
    {
        var all = new ListVarsReply();
        for (var page = 0; page < MaxPages; page++)
        {
            var reply = await call.Read(options => call.Daemon.Vars.ListVarsAsync(request, options));
            all.Vars.AddRange(reply.Vars);
            all.Info = reply.Info;
            if (reply.NextPageToken == "")
            {
                return all;
            }

            request.PageToken = reply.NextPageToken;
        }

        throw CliException.Failed($"The daemon sent more than {MaxPages} pages of variables; this is a fault of the daemon.");
    }
}
