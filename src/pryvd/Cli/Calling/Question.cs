namespace Pryvd.Cli.Calling;

/// <summary>Asks before something that cannot be taken back.</summary>
internal static class Question
{
    private const int MaxAnswer = 16;

    /// <exception cref="CliException">There is nobody to ask (wrong usage), or the answer was no.</exception>
    public static async Task Confirm(Call call, bool yes, string what)
    {
        if (yes)
        {
            return;
        }

        if (!call.Terminal.CanAsk)
        {
            throw CliException.Usage($"{what} This needs a yes, and there is no terminal to ask on.", "add --yes when you are sure");
        }

        await call.Terminal.Error.WriteAsync($"{what}\nGo on? [y/N] ");
        await call.Terminal.Error.FlushAsync(call.Stop);
        if (await Answer(call) is not ("y" or "yes"))
        {
            throw CliException.Failed("Not confirmed; nothing was changed.");
        }
    }

    private static async Task<string> Answer(Call call)
    {
        var text = new List<byte>();
        var one = new byte[1];
        while (text.Count < MaxAnswer && await call.Terminal.In.ReadAsync(one, call.Stop) == 1 && one[0] != '\n')
        {
            text.Add(one[0]);
        }

        return System.Text.Encoding.UTF8.GetString([.. text]).Trim().ToLowerInvariant();
    }
}
