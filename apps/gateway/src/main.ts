import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { x } from '@app/contracts';
@Module({})
class AppModule {}
void NestFactory.create(AppModule, new FastifyAdapter()).then((app) => { console.log(x); return app.close(); });
