using System.Text.Json.Nodes;
using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Calling;

namespace Pryvd.Cli.Printing;

/// <summary>Shows the steps of a long operation as they happen: a line each, the percentage in place on a terminal.</summary>
internal sealed class ProgressLines(Call call)
{
    private const string ClearLine = "\r\u001b[K";

    private string _shown = "";
    private bool _isOpen;

    /// <exception cref="CliException">The stream ended before the operation did.</exception>
    public static async Task Show(Call call, AsyncServerStreamingCall<Progress> stream, string what, string toDo)
    {
        var lines = new ProgressLines(call);
        var isDone = false;
        try
        {
            while (await stream.ResponseStream.MoveNext(call.Stop))
            {
                lines.Print(stream.ResponseStream.Current);
                isDone |= stream.ResponseStream.Current.Done;
            }
        }
        finally
        {
            lines.Close();
        }

        if (!isDone)
        {
            throw CliException.Failed($"The daemon ended {what} before it was done.", toDo);
        }
    }

    private void Print(Progress progress)
    {
        if (call.Output.IsJson)
        {
            call.Output.Item(Shape(progress), "");
            return;
        }

        var text = Visible.Of(progress.Message == "" ? progress.Step : $"{progress.Step}: {progress.Message}");
        if (text != _shown)
        {
            Close();
            call.Terminal.Out.Write(text);
            _isOpen = true;
            _shown = text;
        }

        Percent(progress.Percent, text);
    }

    private void Percent(int percent, string text)
    {
        if (call.Terminal.Colours && percent is >= 0 and <= 100)
        {
            call.Terminal.Out.Write($"{ClearLine}{text} {percent} %");
        }
    }

    private void Close()
    {
        if (_isOpen)
        {
            call.Terminal.Out.WriteLine();
        }

        _isOpen = false;
    }

    private static JsonObject Shape(Progress progress) => new()
    {
        ["step"] = progress.Step,
        ["message"] = progress.Message,
        ["percent"] = JsonText.OrNull(progress.Percent),
        ["done"] = progress.Done,
    };
}
