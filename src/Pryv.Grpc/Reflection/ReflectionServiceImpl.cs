using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Pryv.Grpc.Reflection;
using Request = Grpc.Reflection.V1.ServerReflectionRequest;
using Response = Grpc.Reflection.V1.ServerReflectionResponse;

namespace Grpc.Reflection;

/// <summary>Server reflection: tools ask it what a server can do.</summary>
public sealed class ReflectionServiceImpl : ServerReflection.ServerReflectionBase
{
    private readonly Lazy<(string[] Names, SymbolIndex Symbols)> _known;

    public ReflectionServiceImpl(IEnumerable<ServiceDescriptor> services)
    {
        // Services are mapped one after the other, this one among them; what there is at the first question is what there is.
        _known = new(() => (services.Select(service => service.FullName).Order(StringComparer.Ordinal).ToArray(), new SymbolIndex(services)));
    }

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Response> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync())
        {
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response);
        }
    }

    private Response Answer(Request request)
    {
        var symbols = _known.Value.Symbols;
        return request.MessageRequestCase switch
        {
            Request.MessageRequestOneofCase.ListServices => Services(),
            Request.MessageRequestOneofCase.FileByFilename => File(symbols.FileByName(request.FileByFilename), request.FileByFilename),
            Request.MessageRequestOneofCase.FileContainingSymbol =>
                File(symbols.FileOfSymbol(request.FileContainingSymbol), request.FileContainingSymbol),
            Request.MessageRequestOneofCase.FileContainingExtension => File(request.FileContainingExtension),
            Request.MessageRequestOneofCase.AllExtensionNumbersOfType => Extensions(request.AllExtensionNumbersOfType),
            _ => Error(StatusCode.Unimplemented, "The request asks for nothing that is known here."),
        };
    }

    private Response Services() => new()
    {
        ListServicesResponse = new ListServiceResponse
        {
            Service = { _known.Value.Names.Select(name => new ServiceResponse { Name = name }) },
        },
    };

    private Response File(ExtensionRequest extension) => File(
        _known.Value.Symbols.FileOfExtension(extension.ContainingType, extension.ExtensionNumber),
        $"{extension.ContainingType} extension {extension.ExtensionNumber}");

    private static Response File(FileDescriptor? file, string what) => file is null
        ? Error(StatusCode.NotFound, $"'{what}' is not known here.")
        : new Response
        {
            FileDescriptorResponse = new FileDescriptorResponse
            {
                FileDescriptorProto = { WithImports(file).Select(each => each.SerializedData) },
            },
        };

    private Response Extensions(string type) => _known.Value.Symbols.ExtensionNumbers(type) is not { } numbers
        ? Error(StatusCode.NotFound, $"The type '{type}' is not known here.")
        : new Response
        {
            AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type, ExtensionNumber = { numbers } },
        };

    private static Response Error(StatusCode code, string message) =>
        new() { ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message } };

    private static IEnumerable<FileDescriptor> WithImports(FileDescriptor file) =>
        file.Dependencies.SelectMany(WithImports).Prepend(file).DistinctBy(each => each.Name);
}
