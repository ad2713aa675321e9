using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection;
using Grpc.Reflection.V1;

namespace Pryv.Grpc.Reflection;

/// <summary>The same service under its older name, which many tools still ask first; the messages are the same on the wire.</summary>
internal static class AlphaReflection
{
    private static readonly Method<ServerReflectionRequest, ServerReflectionResponse> _info = new(
        MethodType.DuplexStreaming,
        "grpc.reflection.v1alpha.ServerReflection",
        "ServerReflectionInfo",
        Marshaller(ServerReflectionRequest.Parser),
        Marshaller(ServerReflectionResponse.Parser));

    public static ServerServiceDefinition Define(ReflectionServiceImpl reflection) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(_info, reflection.ServerReflectionInfo).Build();

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser) where T : IMessage<T> =>
        Marshallers.Create<T>(message => message.ToByteArray(), bytes => parser.ParseFrom(bytes));
}
